#!/usr/bin/env python3
"""Trains what tells which notes an answer has to follow: the questions of the corpus to its weights.

    python3 fits.py --corpus crates/penchant-learn/data/corpus/asks \
        --model all-MiniLM-L6-v2 --out fits.bin

Needs torch, numpy, safetensors and tokenizers. What the network reads is
`crates/penchant-embed/src/fits.rs`.
"""

import hashlib
import json

import numpy as np
import torch
from together import Batch, batches, learn, options
from tokenizers import Tokenizer
from train import HIDDEN, SEP, WIDTH, Bert

LAYERS, PLACES, NOTE_AT, KINDS = 6, 96, 64, 3
START = 101
OF_QUESTION, OF_TASK, OF_NOTE = 48, 8, 20

BATCH = 24
# Of so many people one is held out.
HELD_OUT = 6
# Share of the questions that are asked without their task, and of only some of the notes.
UNTOLD, SOME = 0.2, 0.3


class Asked:
    """A question with the notes of who asks it, in pieces, and which of them matter."""

    def __init__(self, question, task, notes, fit):
        self.question, self.task = question[:OF_QUESTION], task[:OF_TASK]
        self.notes = [note[:OF_NOTE] for note in notes]
        self.fit = set(fit)
        self.length = 3 + len(self.question) + len(self.task) + sum(1 + len(n) for n in self.notes)

    def laid(self, rng):
        """Pieces, places, kinds; where each note begins, and whether it matters; owners."""
        order, task = list(range(len(self.notes))), self.task
        if rng:
            rng.shuffle(order)
            if rng.random() < SOME and len(order) > 3:
                order = order[: rng.randrange(3, len(order) + 1)]
            task = [] if rng.random() < UNTOLD else task
        ids = [START, *self.question, SEP, *task, SEP]
        places = list(range(len(ids)))
        kinds = [0] * (len(self.question) + 2) + [1] * (len(task) + 1)
        owners, at, yes = [0] * len(ids), [], []
        for owner, n in enumerate(order, 1):
            at.append(len(ids))
            yes.append(float(n in self.fit))
            pieces = [SEP, *self.notes[n]]
            ids += pieces
            places += range(NOTE_AT, NOTE_AT + len(pieces))
            kinds += [2] * len(pieces)
            owners += [owner] * len(pieces)
        return ids, places, kinds, at, yes, owners


def made(asked, rng):
    rows = [own.laid(rng) for own in asked]
    owners = np.full((len(rows), max(len(row[0]) for row in rows)), -1)
    for n, row in enumerate(rows):
        owners[n, : len(row[5])] = row[5]
    # Each piece sees the question and its own note.
    sees = (owners[:, :, None] == owners[:, None, :]) | (owners[:, None, :] == 0)
    penalty = torch.zeros(len(rows), 1, *sees.shape[1:])
    return Batch(rows, penalty.masked_fill_(~torch.from_numpy(sees)[:, None], HIDDEN))


def pretrained(path, generator):
    """What to begin with, by the names it has here, and the sentence model's word vectors."""
    bert = Bert(path)
    for n in range(LAYERS):
        bert.attention(n, f"reading.{n}.own")
        bert.forward(n, f"reading.{n}.forward")
    bert.norm("embeddings.LayerNorm", "seen")
    # All words are of the first kind.
    places = bert.embeddings("position") + bert.embeddings("token_type")[0]
    kinds = torch.zeros(KINDS, WIDTH)
    kinds[2] = torch.randn(WIDTH, generator=generator) * 0.02
    fresh = {
        "stands": places[:PLACES].clone(),
        "kinds": kinds,
        "answer": torch.zeros(1, WIDTH),
        "answer_bias": torch.full((1,), -1.2),
    }
    return bert.own | fresh, bert.embeddings("word")


def questions(corpus, tokenizer):
    """Those to learn from, and those held out, by person."""

    def pieces(text):
        return tokenizer.encode(text, add_special_tokens=False).ids

    learnt, kept = [], []
    for file in sorted(corpus.glob("*.jsonl")):
        for person in map(json.loads, file.read_text().splitlines()):
            notes = [pieces(note) for note in person["notes"]]
            told = hashlib.sha1(" ".join(person["notes"]).encode()).hexdigest()
            side = kept if int(told, 16) % HELD_OUT == 0 else learnt
            for ask in person["asks"]:
                side.append(Asked(pieces(ask["text"]), pieces(ask["task"]), notes, ask["fit"]))
    return learnt, sorted(kept, key=lambda own: own.length)


def main():
    chosen = options(
        __doc__.splitlines()[0],
        ("--corpus", "folder of the questions"),
        ("--model", "folder of the sentence model"),
    )
    tokenizer = Tokenizer.from_file(str(chosen.model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    learnt, kept = questions(chosen.corpus, tokenizer)
    generator = torch.Generator().manual_seed(chosen.seed)
    weights, words = pretrained(chosen.model / "model.safetensors", generator)
    steps = int(chosen.epochs * len(learnt) / BATCH)
    print(f"{len(learnt)} questions, {len(kept)} held out, {steps} steps")

    def passed(rng):
        return batches(learnt, BATCH, lambda own: own.length, rng)

    kept = [kept[n : n + BATCH] for n in range(0, len(kept), BATCH)]
    learn(chosen, weights, LAYERS, words, steps, passed, kept, made)


if __name__ == "__main__":
    main()
