#!/usr/bin/env python3
"""Converts conversations of the PrefEval format into lines for `penchant import --format chat`.

    prefeval_to_chat.py FOLDER > chats.jsonl     # FOLDER holds one JSON file per topic

Each item's conversation becomes one user. Only what was said goes in, never the item's
`preference` field.
"""
import json
import pathlib
import sys


def turns(conversation):
    if "query" in conversation:  # a question, options, and the user's choice
        yield "user", conversation["query"]
        yield "assistant", conversation.get("assistant_options", "")
        yield "user", conversation.get("user_selection", "")
        yield "assistant", conversation.get("assistant_acknowledgment", "")
        return
    for number in sorted(conversation, key=int):
        yield "user", conversation[number].get("user", "")
        yield "assistant", conversation[number].get("assistant", "")


def main():
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
        for number, item in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            messages = [
                {"role": role, "content": text}
                for role, text in turns(item["conversation"])
                if text and text.strip()
            ]
            line = {"user_id": f"{path.stem}-{number}", "session_id": "1", "messages": messages}
            print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
