#!/usr/bin/env python3
"""Trains what tells which notes an answer has to follow: the questions of the corpus to its weights.

    python3 fits.py --corpus crates/penchant-learn/data/corpus/asks \
        --model all-MiniLM-L6-v2 --out fits.bin

Needs torch, numpy, safetensors and tokenizers. The network is
`crates/penchant-embed/src/together.rs`, part by part and under the same names, what it reads
`fits.rs` beside it; matrices lie as they are used, (in, out).
"""

import argparse
import hashlib
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer
from train import HIDDEN, WIDTH, Bert, best, bytes_of, rate, unpacked
from train import Network as Describer

LAYERS, PLACES, NOTE_AT, KINDS = 6, 96, 64, 3
START, BREAK = 101, 102
OF_QUESTION, OF_TASK, OF_NOTE = 48, 8, 20

BATCH = 24
# Questions sorted by length together, so that those of a step are alike.
SORTED = 16 * BATCH
# Of so many people one is held out.
HELD_OUT = 6
# Rates of learning at their height: of the layers, and of how the answer is read off.
GENTLE, RATE = 1.5e-4, 1e-3
DROPPED = 0.1
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
        """Pieces, places, kinds, owners; where each note begins, and whether it matters."""
        order, task = list(range(len(self.notes))), self.task
        if rng:
            rng.shuffle(order)
            if rng.random() < SOME and len(order) > 3:
                order = order[: rng.randrange(3, len(order) + 1)]
            task = [] if rng.random() < UNTOLD else task
        ids = [START, *self.question, BREAK, *task, BREAK]
        places = list(range(len(ids)))
        kinds = [0] * (len(self.question) + 2) + [1] * (len(task) + 1)
        owners, at, yes = [0] * len(ids), [], []
        for owner, n in enumerate(order, 1):
            at.append(len(ids))
            yes.append(float(n in self.fit))
            pieces = [BREAK, *self.notes[n]]
            ids += pieces
            places += range(NOTE_AT, NOTE_AT + len(pieces))
            kinds += [2] * len(pieces)
            owners += [owner] * len(pieces)
        return ids, places, kinds, owners, at, yes


class Batch:
    def __init__(self, asked, rng=None):
        rows = [own.laid(rng) for own in asked]
        length, notes = max(len(r[0]) for r in rows), max(len(r[4]) for r in rows)
        shape = (len(rows), length)
        ids, places, kinds = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        owners = np.full(shape, -1, dtype=np.int64)
        at = np.zeros((len(rows), notes), dtype=np.int64)
        yes, counts = np.zeros((2, len(rows), notes), dtype=np.float32)
        for row, own in enumerate(rows):
            n, count = len(own[0]), len(own[4])
            ids[row, :n], places[row, :n], kinds[row, :n], owners[row, :n] = own[:4]
            at[row, :count], yes[row, :count], counts[row, :count] = own[4], own[5], 1
        to = torch.from_numpy
        self.ids, self.places, self.kinds, self.at = to(ids), to(places), to(kinds), to(at)
        self.yes, self.counts = to(yes), to(counts)
        owners = to(owners)
        # Each piece sees the question and its own note.
        sees = (owners[:, :, None] == owners[:, None, :]) | (owners[:, None, :] == 0)
        self.penalty = torch.zeros(len(rows), 1, length, length).masked_fill_(~sees[:, None], HIDDEN)


class Network(Describer):
    def odds(self, batch, words, drop):
        stands = F.embedding(batch.places, self.w("stands")) + F.embedding(batch.kinds, self.w("kinds"))
        x = drop(self.norm(F.embedding(batch.ids, words) + stands, "seen"))
        for n in range(LAYERS):
            x = self.attention(x, x, batch.penalty, f"reading.{n}.own", drop)
            x = self.forward_part(x, f"reading.{n}.forward", drop)
        at = torch.gather(x, 1, batch.at[..., None].expand(-1, -1, WIDTH))
        return (at * self.w("answer")).sum(-1) + self.w("answer_bias")


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


def batches(asked, rng):
    order = asked[:]
    rng.shuffle(order)
    found = []
    for at in range(0, len(order), SORTED):
        block = sorted(order[at : at + SORTED], key=lambda own: own.length)
        found += [block[n : n + BATCH] for n in range(0, len(block) - BATCH + 1, BATCH)]
    rng.shuffle(found)
    return found


def lost(network, batch, words, drop):
    odds = network.odds(batch, words, drop)
    lost = F.binary_cross_entropy_with_logits(odds, batch.yes, reduction="none")
    asked = batch.counts > 0
    answers = list(zip(odds.detach()[asked].tolist(), batch.yes[asked].tolist()))
    return (lost * batch.counts).sum() / batch.counts.sum(), answers


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="folder of the sentence model")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--epochs", type=float, default=2.5)
    parser.add_argument("--share", type=float, default=1.0, help="of the rates of learning")
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    rng, generator = random.Random(options.seed), torch.Generator().manual_seed(options.seed)
    torch.manual_seed(options.seed)
    tokenizer = Tokenizer.from_file(str(options.model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    learnt, kept = questions(options.corpus, tokenizer)
    weights, words = pretrained(options.model / "model.safetensors", generator)
    if options.start:
        weights |= unpacked(options.start)[0]
    network = Network(weights)
    steps = int(options.epochs * len(learnt) / BATCH)
    print(f"{len(learnt)} questions, {len(kept)} held out, {steps} steps")
    named = list(network.named_parameters())
    groups = [
        {"params": [p for n, p in named if "answer" not in n], "height": GENTLE},
        {"params": [p for n, p in named if "answer" in n], "height": RATE},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=0.01, fused=True)

    def held_out():
        with torch.no_grad():
            parts = [Batch(kept[n : n + BATCH]) for n in range(0, len(kept), BATCH)]
            answers = sum((lost(network, part, words, lambda x: x)[1] for part in parts), [])
        f1, area = best(answers)
        return f"area {area:.3f} f1 {f1:.3f}"

    started, step, total = time.time(), 0, 0.0
    print("held out:", held_out(), flush=True)
    while step < steps:
        for asked in batches(learnt, rng)[: steps - step]:
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = options.share * rate(step, steps) * group["height"]
            loss, _ = lost(network, Batch(asked, rng), words, lambda x: F.dropout(x, DROPPED))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            total += loss.item()
            if step % 100 == 0:
                print(f"    step {step}: {total / 100:.3f} ({time.time() - started:.0f} s)", flush=True)
                total = 0.0
            if step % 500 == 0 or step == steps:
                print(f"step {step}: held out", held_out(), flush=True)
                own = {n.removeprefix("own.").replace("/", "."): p.detach() for n, p in named}
                save_file(bytes_of(own), options.out)


if __name__ == "__main__":
    main()
