"""A network that reads a text and notes together and answers for each note, and how it is trained:
what `endings.py` and `fits.py` share. It is `crates/penchant-embed/src/together.rs`, part by part and
under the same names; matrices lie as they are used, (in, out).
"""

import argparse
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from train import WIDTH, Dropout, Network, best, bytes_of, half, rate, unpacked

# Rates of learning at their height: of the layers, and of how the answer is read off.
GENTLE, RATE = 1.5e-4, 6e-4
DROPPED = 0.1
# So many batches are sorted by length together, so that what a step reads is alike.
SORTED = 16


class Batch:
    """Rows of pieces, places, kinds, where each note begins, and whether the answer for it is yes;
    `penalty` is added where a piece would look at another, (rows, 1, pieces or 1, pieces)."""

    def __init__(self, rows, penalty):
        length, notes = max(len(row[0]) for row in rows), max(len(row[3]) for row in rows)
        ids, places, kinds = (np.zeros((len(rows), length), dtype=np.int64) for _ in range(3))
        at = np.zeros((len(rows), notes), dtype=np.int64)
        yes, counts = np.zeros((2, len(rows), notes), dtype=np.float32)
        for row, own in enumerate(rows):
            n, count = len(own[0]), len(own[3])
            ids[row, :n], places[row, :n], kinds[row, :n] = own[:3]
            at[row, :count], yes[row, :count], counts[row, :count] = own[3], own[4], 1
        to = torch.from_numpy
        self.ids, self.places, self.kinds, self.at = to(ids), to(places), to(kinds), to(at)
        self.yes, self.counts, self.penalty = to(yes), to(counts), penalty


class Together(Network):
    def __init__(self, weights, layers):
        super().__init__(weights)
        self.layers = layers

    def odds(self, batch, words, drop):
        stands = F.embedding(batch.places, self.w("stands")) + F.embedding(batch.kinds, self.w("kinds"))
        x = drop(self.norm(F.embedding(batch.ids, words) + stands, "seen"))
        for n in range(self.layers):
            x = self.attention(x, x, batch.penalty, f"reading.{n}.own", drop)
            x = self.forward_part(x, f"reading.{n}.forward", drop)
        at = torch.gather(x, 1, batch.at[..., None].expand(-1, -1, WIDTH))
        return (at * self.w("answer")).sum(-1) + self.w("answer_bias")


def options(about, *inputs):
    """The command line: what goes in, each with its meaning, and how to learn."""
    parser = argparse.ArgumentParser(description=about)
    for name, meaning in inputs:
        parser.add_argument(name, type=Path, required=True, help=meaning)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--share", type=float, default=1.0, help="of the rates of learning")
    parser.add_argument("--seed", type=int, default=5)
    return parser.parse_args()


def batches(samples, size, length, rng):
    order = samples[:]
    rng.shuffle(order)
    found = []
    for at in range(0, len(order), SORTED * size):
        block = sorted(order[at : at + SORTED * size], key=length)
        found += [block[n : n + size] for n in range(0, len(block) - size + 1, size)]
    rng.shuffle(found)
    return found


def lost(network, batch, words, drop):
    odds = network.odds(batch, words, drop)
    loss = F.binary_cross_entropy_with_logits(odds, batch.yes, reduction="none")
    asked = batch.counts > 0
    answers = list(zip(odds.detach()[asked].tolist(), batch.yes[asked].tolist()))
    return (loss * batch.counts).sum() / batch.counts.sum(), answers


def learn(chosen, weights, layers, words, steps, passed, kept, made):
    """Trains and saves. `chosen` are the options, `passed` gives the batches of a pass by a source of
    chance, `kept` are those held out, and `made` makes a `Batch` of one of these."""
    rng, generator = random.Random(chosen.seed), torch.Generator().manual_seed(chosen.seed)
    torch.manual_seed(chosen.seed)
    if chosen.start:
        weights |= unpacked(chosen.start)[0]
    network = Together(weights, layers)
    named = list(network.named_parameters())
    groups = [
        {"params": [p for n, p in named if "answer" not in n], "height": GENTLE},
        {"params": [p for n, p in named if "answer" in n], "height": RATE},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=0.01, fused=True)
    drop = Dropout(DROPPED, generator)

    def held_out():
        with torch.no_grad():
            answers = sum((lost(network, made(b, None), words, lambda x: x)[1] for b in kept), [])
        f1, area = best(answers)
        return f"area {area:.3f} f1 {f1:.3f} of {len(answers)} notes"

    started, step, total = time.time(), 0, 0.0
    print("held out:", held_out(), flush=True)
    while step < steps:
        for batch in passed(rng)[: steps - step]:
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = chosen.share * rate(step, steps) * group["height"]
            with half():
                loss, _ = lost(network, made(batch, rng), words, drop)
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
                save_file(bytes_of(own), chosen.out)
