#!/usr/bin/env python3
"""Converts dated chat turns ({"id", "turns": [{"t", "session", "role", "text", "context"?}]} per
line) into lines for `penchant import`.

    evolution_to_events.py FILE.jsonl > events.jsonl
"""
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in filter(str.strip, lines):
            scenario = json.loads(line)
            for turn in scenario["turns"]:
                role = "ROLE_ASSISTANT" if turn["role"] == "assistant" else "ROLE_USER"
                event = {
                    "user_id": scenario["id"],
                    "session_id": turn.get("session", ""),
                    "occurred_at": turn["t"],
                    "context": {"task": turn.get("context", "")},
                    "message": {"role": role, "text": turn["text"]},
                }
                print(json.dumps(event, ensure_ascii=False))


if __name__ == "__main__":
    main()
