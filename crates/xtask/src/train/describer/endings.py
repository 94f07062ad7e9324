#!/usr/bin/env python3
"""Trains what tells which notes a message ends: the lessons of `cargo xtask describer --lessons FOLDER`
that name older notes to its weights.

    python3 endings.py --lessons FOLDER --model MINILM/model.safetensors \
        --describer describer.bin --out endings.bin

Needs torch, numpy and safetensors. What the network reads is `crates/penchant-embed/src/endings.rs`.
"""

import json

import numpy as np
import torch
from together import Batch, batches, learn, options
from train import SEP, WIDTH, Bert, Lesson, begun, hiding

LAYERS, PLACES, KINDS = 12, 256, 6
# Kinds past those of a message's texts: a note, and what of the message is marked as the wish.
NOTE, WISH = 4, 5
# Most notes that are read at once, and most pieces of each.
AT_ONCE, OF_NOTE = 6, 16

BATCH = 48
# How likely a lesson is gone through in a pass that ends nothing; one that ends something always is.
NOTHING_ENDS = 0.34
# Share of the lessons that are read with all notes that fit in, and not with some of them.
ALL = 0.5
# Share of the notes of which there are other wordings that are read in one of these, and of those the
# share that the first one has: the describer's, before the user's own words.
WORDED, DESCRIBED = 0.45, 0.75


class Held:
    """The older notes in pieces."""

    def __init__(self, folder):
        self.notes = [n[:OF_NOTE] for n in json.loads((folder / "held.json").read_text())]
        worded = json.loads((folder / "worded.json").read_text())
        self.worded = {int(n): [w[:OF_NOTE] for w in own] for n, own in worded.items() if own}

    def pieces(self, note, rng):
        own = self.worded.get(note)
        if not rng or not own or rng.random() >= WORDED:
            return self.notes[note]
        return own[0] if rng.random() < DESCRIBED else own[-1]


def joined(lesson, held, rng):
    """Pieces, places, kinds of a message with notes; where each note begins, and whether it ends."""
    ids, kinds, marks = lesson.varied(rng) if rng else (lesson.ids, lesson.kinds, lesson.marks)
    kinds = np.where(marks > 0, WISH, kinds)
    olds = list(lesson.olds)
    if rng:
        rng.shuffle(olds)
        olds = olds[: AT_ONCE if rng.random() < ALL else rng.randint(1, AT_ONCE)]
    parts, length, at, yes = [ids], len(ids), [], []
    for note, ends in olds:
        at.append(length)
        yes.append(float(ends))
        parts.append([SEP, *held.pieces(note, rng)])
        length += len(parts[-1])
    ids = np.concatenate(parts)
    kinds = np.concatenate([kinds, np.full(length - len(kinds), NOTE, dtype=np.int64)])
    return ids, np.arange(length), kinds, at, yes


def made(lessons, held, rng):
    rows = [joined(lesson, held, rng) for lesson in lessons]
    read = np.zeros((len(rows), max(len(row[0]) for row in rows)), dtype=bool)
    for n, row in enumerate(rows):
        read[n, : len(row[0])] = True
    return Batch(rows, hiding(read))


def pretrained(model, describer, vocabulary, generator):
    """What to begin with: the layers that read a message for the describer."""
    bert = Bert(model)
    own = begun(describer, vocabulary)
    weights = {n: t for n, t in own.items() if n.startswith(("reading.", "seen."))}
    places = bert.embeddings("position") + bert.embeddings("token_type")[0]
    # What follows a message stands where the describer has no places any more.
    weights["stands"] = torch.cat([own["stands"], places[len(own["stands"]) : PLACES]])
    kinds, marks = own["kinds"], own["marks"]
    note = kinds[3:4] + torch.randn(1, WIDTH, generator=generator) * 0.02
    weights["kinds"] = torch.cat([kinds + marks[0], note + marks[0], kinds[:1] + marks[1:]])
    weights["answer"] = torch.randn(1, WIDTH, generator=generator) * WIDTH**-0.5
    weights["answer_bias"] = torch.full((1,), -2.0)
    return weights, bert.embeddings("word")


def main():
    chosen = options(
        __doc__.splitlines()[0],
        ("--lessons", "folder of the lessons"),
        ("--model", "the sentence model's weights"),
        ("--describer", "whose layers to begin with"),
    )
    generator = torch.Generator().manual_seed(chosen.seed)
    vocabulary = json.loads((chosen.lessons / "vocabulary.json").read_text())
    held = Held(chosen.lessons)
    weights, words = pretrained(chosen.model, chosen.describer, vocabulary, generator)
    learnt, kept = [], []
    with open(chosen.lessons / "lessons.jsonl") as lines:
        for line in map(json.loads, lines):
            if line["olds"] and not line["again"]:
                (kept if line["held_out"] else learnt).append(Lesson(line))
    ends = sum(any(y for _, y in l.olds) for l in learnt)
    steps = int(chosen.epochs * (ends + NOTHING_ENDS * (len(learnt) - ends)) / BATCH)
    print(f"{len(learnt)} lessons, {ends} of which end something, {len(kept)} held out, {steps} steps")

    def length(lesson):
        return len(lesson.ids) + sum(1 + len(held.notes[note]) for note, _ in lesson.olds)

    def passed(rng):
        due = [l for l in learnt if any(y for _, y in l.olds) or rng.random() < NOTHING_ENDS]
        return batches(due, BATCH, length, rng)

    kept.sort(key=length)
    kept = [kept[n : n + BATCH] for n in range(0, len(kept), BATCH)]
    learn(chosen, weights, LAYERS, words, steps, passed, kept, lambda own, rng: made(own, held, rng))


if __name__ == "__main__":
    main()
