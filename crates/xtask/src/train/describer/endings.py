#!/usr/bin/env python3
"""Trains what tells which notes a message ends: the lessons of `cargo xtask describer --lessons FOLDER`
that name older notes to its weights.

    python3 endings.py --lessons FOLDER --model MINILM/model.safetensors \
        --describer describer.bin --out endings.bin

Needs torch, numpy and safetensors. The network is `crates/penchant-embed/src/together.rs`, what it
reads `endings.rs` beside it; matrices lie as they are used, (in, out).
"""

import argparse
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from train import HIDDEN, SEP, WIDTH, Bert, Dropout, Lesson, Network, begun, best, bytes_of
from train import hiding, padded, rate, unpacked

LAYERS, PLACES, KINDS = 12, 256, 6
# Kinds past those of a message's texts: a note, and what of the message is marked as the wish.
NOTE, WISH = 4, 5
# Most notes that are read at once, and most pieces of each.
AT_ONCE, OF_NOTE = 6, 16

BATCH = 48
# Lessons sorted by length together, so that those of a step are alike.
SORTED = 16 * BATCH
# How likely a lesson is gone through in a pass that ends nothing; one that ends something always is.
NOTHING_ENDS = 0.34
# Rates of learning at their height: of the layers, and of how the answer is read off.
GENTLE, RATE = 1.5e-4, 6e-4
DROPPED = 0.1
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
    """Pieces, kinds and marks of a message with notes; where each note begins, and whether it ends."""
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
    return (ids, kinds, np.zeros_like(kinds)), at, yes


class Batch:
    def __init__(self, lessons, held, rng=None):
        rows = [joined(lesson, held, rng) for lesson in lessons]
        ids, kinds, _, read = padded([row[0] for row in rows])
        most = max(len(at) for _, at, _ in rows)
        at = np.zeros((len(rows), most), dtype=np.int64)
        yes, counts = np.zeros((2, len(rows), most), dtype=np.float32)
        for row, (_, own, ends) in enumerate(rows):
            at[row, : len(own)], yes[row, : len(own)], counts[row, : len(own)] = own, ends, 1
        to = torch.from_numpy
        self.ids, self.kinds, self.at = to(ids), to(kinds), to(at)
        self.yes, self.counts, self.penalty = to(yes), to(counts), hiding(read)


class Endings(Network):
    def odds(self, batch, words, drop):
        stands = self.w("stands")[: batch.ids.shape[1]] + F.embedding(batch.kinds, self.w("kinds"))
        x = drop(self.norm(F.embedding(batch.ids, words) + stands, "seen"))
        for n in range(LAYERS):
            x = self.attention(x, x, batch.penalty, f"reading.{n}.own", drop)
            x = self.forward_part(x, f"reading.{n}.forward", drop)
        at = torch.gather(x, 1, batch.at[..., None].expand(-1, -1, WIDTH))
        return (at * self.w("answer")).sum(-1) + self.w("answer_bias")


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


def batches(lessons, held, rng):
    def length(lesson):
        return len(lesson.ids) + sum(1 + len(held.notes[note]) for note, _ in lesson.olds)

    order = [l for l in lessons if any(y for _, y in l.olds) or rng.random() < NOTHING_ENDS]
    rng.shuffle(order)
    found = []
    for at in range(0, len(order), SORTED):
        block = sorted(order[at : at + SORTED], key=length)
        found += [block[n : n + BATCH] for n in range(0, len(block) - BATCH + 1, BATCH)]
    rng.shuffle(found)
    return found


def lost(network, batch, words, drop):
    odds = network.odds(batch, words, drop)
    loss = F.binary_cross_entropy_with_logits(odds, batch.yes, reduction="none")
    asked = batch.counts > 0
    answers = list(zip(odds.detach()[asked].tolist(), batch.yes[asked].tolist()))
    return (loss * batch.counts).sum() / batch.counts.sum(), answers


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lessons", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--describer", type=Path, required=True, help="whose layers to begin with")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--share", type=float, default=1.0, help="of the rates of learning")
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    rng, generator = random.Random(options.seed), torch.Generator().manual_seed(options.seed)
    vocabulary = json.loads((options.lessons / "vocabulary.json").read_text())
    held = Held(options.lessons)
    weights, words = pretrained(options.model, options.describer, vocabulary, generator)
    if options.start:
        weights |= unpacked(options.start)[0]
    network = Endings(weights)
    learnt, kept = [], []
    with open(options.lessons / "lessons.jsonl") as lines:
        for line in map(json.loads, lines):
            if line["olds"] and not line["again"]:
                (kept if line["held_out"] else learnt).append(Lesson(line))
    kept.sort(key=lambda lesson: len(lesson.ids))
    ends = sum(any(y for _, y in l.olds) for l in learnt)
    steps = int(options.epochs * (ends + NOTHING_ENDS * (len(learnt) - ends)) / BATCH)
    print(f"{len(learnt)} lessons, {ends} of which end something, {len(kept)} held out, {steps} steps")
    named = list(network.named_parameters())
    groups = [
        {"params": [p for n, p in named if "answer" not in n], "height": GENTLE},
        {"params": [p for n, p in named if "answer" in n], "height": RATE},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=0.01, fused=True)
    drop = Dropout(DROPPED, generator)

    def held_out():
        with torch.no_grad():
            parts = [Batch(kept[n : n + BATCH], held) for n in range(0, len(kept), BATCH)]
            answers = sum((lost(network, part, words, lambda x: x)[1] for part in parts), [])
        f1, area = best(answers)
        return f"area {area:.3f} f1 {f1:.3f}"

    started, step, total = time.time(), 0, 0.0
    while step < steps:
        for lessons in batches(learnt, held, rng)[: steps - step]:
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = options.share * rate(step, steps) * group["height"]
            loss, _ = lost(network, Batch(lessons, held, rng), words, drop)
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
