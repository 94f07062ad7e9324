#!/usr/bin/env python3
"""Trains the describer: the lessons of `cargo xtask describer --lessons FOLDER` to its weights.

    python3 train.py --lessons FOLDER --model MINILM/model.safetensors \
        --between BGE/model.safetensors --out describer.bin

Needs torch, numpy and safetensors. The network is `crates/penchant-embed/src/describer/network.rs`,
part by part and under the same names; matrices lie as they are used, (in, out).
"""

import argparse
import json
import math
import random
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

WIDTH, HEADS, INNER = 384, 12, 1536
READING, SAYING, SAID, STOOD = 12, 2, 18, 116
KINDS, STYLES = 4, 3
MESSAGE, TASK, REPLY, FRAME = range(4)
SEP, HIDDEN, SHARPNESS = 102, -1e9, 4.0
# Layers of the sentence model that the decoder's start from: what is said comes in as words and goes
# out as meaning, so the first and the last (Shleifer and Rush 2020, "Pre-trained summarization
# distillation", take layers from all heights in the same way).
SAYING_FROM = [0, 5]
# The sentence model's six layers were every second one of a model of twelve (Wang et al. 2020,
# "MiniLM"), from which BGE small (Xiao et al. 2023, "C-Pack") was trained as well: its odd layers
# stand between them. How much of their say they start with: with all of it, what the even layers
# learnt before would not be found again at once.
BETWEEN = 0.3

BATCH = 48
# Lessons sorted by length together, so that those of a step are alike.
SORTED = 16 * BATCH
WARMING, LAST = 100, 0.02
# Rates of learning at their height: of layers that go on with what they did in the sentence model,
# and of the others.
GENTLE, RATE = 1.5e-4, 5e-4
DROPPED = 0.15
# Share of the pieces already said that are not heard: what was given has to be read then, not only
# how notes go on (Bowman et al. 2016, "Generating sentences from a continuous space").
UNHEARD = 0.1
# How much what a note opens with counts beside any other piece.
OPENING = 2.0


class Often(NamedTuple):
    """How likely a lesson is gone through in a pass: one like others, one that was told again with
    other words, and words without a wish, of which there are many and from which less is to be
    learnt."""

    wish: float
    again: float
    idle: float


EVEN = Often(0.7, 0.3, 1 / 3)
# Where weights go on: lessons that they have not learnt, and those that they must not forget.
NEW, KNOWN = Often(1.0, 0.25, 0.3), Often(0.3, 0.1, 0.12)


class Dropout:
    """Drops numbers by a long mask made once: drawing one for every product costs more than it."""

    def __init__(self, share, generator):
        length = 1 << 23
        kept = torch.rand(length, generator=generator) >= share
        self.mask = kept.float() / (1 - share)
        self.generator = generator

    def __call__(self, x):
        count = x.numel()
        at = int(torch.randint(0, len(self.mask) - count, (), generator=self.generator))
        return x * self.mask[at : at + count].view_as(x)


class Network(torch.nn.Module):
    def __init__(self, weights):
        super().__init__()
        names = {name.replace(".", "/"): tensor for name, tensor in weights.items()}
        self.own = torch.nn.ParameterDict(names)

    def w(self, name):
        return self.own[name.replace(".", "/")]

    def linear(self, x, name):
        return torch.addmm(self.w(name + ".bias"), x.flatten(0, -2), self.w(name + ".weight")).view(
            *x.shape[:-1], -1
        )

    def norm(self, x, name):
        return F.layer_norm(x, (WIDTH,), self.w(name + ".gain"), self.w(name + ".bias"), 1e-12)

    def by_head(self, x):
        return x.view(*x.shape[:2], HEADS, WIDTH // HEADS).transpose(1, 2)

    def attention(self, x, seen, penalty, name, drop):
        query, key, value = (
            self.by_head(self.linear(of, f"{name}.{part}"))
            for of, part in ((x, "query"), (seen, "key"), (seen, "value"))
        )
        # Written out: what goes back through PyTorch's own takes most of a step on a processor.
        odds = query * (WIDTH // HEADS) ** -0.5 @ key.transpose(2, 3) + penalty.to(query.dtype)
        found = odds.softmax(-1) @ value
        found = found.transpose(1, 2).reshape(x.shape)
        return self.norm(x + drop(self.linear(found, name + ".output")), name + ".norm")

    def forward_part(self, x, name, drop):
        found = self.linear(F.gelu(self.linear(x, name + ".up")), name + ".down")
        return self.norm(x + drop(found), name + ".norm")

    def read(self, words, kinds, marks, penalty, drop):
        stands = self.w("stands")[: words.shape[1]]
        x = words + stands + F.embedding(kinds, self.w("kinds")) + F.embedding(marks, self.w("marks"))
        x = drop(self.norm(x, "seen"))
        for n in range(READING):
            x = self.attention(x, x, penalty, f"reading.{n}.own", drop)
            x = self.forward_part(x, f"reading.{n}.forward", drop)
        return x

    def follow(self, read, penalty, heard, drop):
        length = heard.shape[1]
        x = drop(self.norm(heard + self.w("places")[:length], "heard"))
        later = torch.full((length, length), HIDDEN).triu(1)
        for n in range(SAYING):
            x = self.attention(x, x, later, f"saying.{n}.own", drop)
            x = self.attention(x, read, penalty, f"saying.{n}.given", drop)
            x = self.forward_part(x, f"saying.{n}.forward", drop)
        return x

    def scores(self, read, hidden, states, said):
        words = (states @ self.w("to_words")) @ said.T + self.w("word_bias")
        points = (states @ self.w("point_from")) @ (read @ self.w("point_to")).transpose(1, 2)
        return torch.cat([words, points / math.sqrt(WIDTH) + hidden], -1)


class Bert:
    """A BERT's weights, taken over into `own` by the names they have here."""

    def __init__(self, path):
        self.theirs = {k.removeprefix("bert."): v for k, v in load_file(path).items()}
        self.own = {}

    def linear(self, source, name, share=1.0):
        self.own[name + ".weight"] = share * self.theirs[source + ".weight"].T.contiguous()
        self.own[name + ".bias"] = share * self.theirs[source + ".bias"]

    def norm(self, source, name):
        self.own[name + ".gain"] = self.theirs[source + ".weight"].clone()
        self.own[name + ".bias"] = self.theirs[source + ".bias"].clone()

    def attention(self, layer, name, share=1.0):
        source = f"encoder.layer.{layer}.attention"
        for part in ("query", "key", "value"):
            self.linear(f"{source}.self.{part}", f"{name}.{part}")
        self.linear(source + ".output.dense", name + ".output", share)
        self.norm(source + ".output.LayerNorm", name + ".norm")

    def forward(self, layer, name, share=1.0):
        source = f"encoder.layer.{layer}"
        self.linear(source + ".intermediate.dense", name + ".up")
        self.linear(source + ".output.dense", name + ".down", share)
        self.norm(source + ".output.LayerNorm", name + ".norm")

    def embeddings(self, part):
        return self.theirs[f"embeddings.{part}_embeddings.weight"]


def pretrained(sentence_model, between):
    """What to begin with, by the names it has here."""
    bert, others = Bert(sentence_model), Bert(between)
    for n in range(0, READING, 2):
        bert.attention(n // 2, f"reading.{n}.own")
        bert.forward(n // 2, f"reading.{n}.forward")
        others.attention(n + 1, f"reading.{n + 1}.own", BETWEEN)
        others.forward(n + 1, f"reading.{n + 1}.forward", BETWEEN)
    for n, layer in enumerate(SAYING_FROM):
        bert.attention(layer, f"saying.{n}.own")
        bert.attention(layer, f"saying.{n}.given")
        bert.forward(layer, f"saying.{n}.forward")
    bert.norm("embeddings.LayerNorm", "seen")
    bert.norm("embeddings.LayerNorm", "heard")
    # All words are of the first kind.
    places = bert.embeddings("position") + bert.embeddings("token_type")[0]
    first = {"stands": places[:STOOD].clone(), "places": places[:SAID].clone()}
    return bert.own | others.own | first


def fresh(words, vocabulary, generator):
    def normal(*shape, spread):
        return torch.randn(shape, generator=generator) * spread

    spread = 1 / math.sqrt(WIDTH)
    return {
        "kinds": torch.zeros(KINDS, WIDTH),
        "marks": normal(2, WIDTH, spread=0.02),
        "styles": normal(STYLES, WIDTH, spread=0.05),
        "to_words": normal(WIDTH, words, spread=spread),
        "word_bias": torch.zeros(len(vocabulary)),
        "point_from": normal(WIDTH, WIDTH, spread=spread),
        "point_to": normal(WIDTH, WIDTH, spread=spread),
    }


def unpacked(path):
    tensors = load_file(path)
    vocabulary = tensors.pop("vocabulary", torch.zeros(0)).tolist()
    names = [name for name in tensors if not name.endswith(".scale")]
    return {n: (tensors[n].float() - 128) * tensors[n + ".scale"] for n in names}, vocabulary


def bytes_of(weights):
    """One byte per weight and a scale per row (`crates/penchant-embed/src/packed.rs`)."""
    tensors = {}
    for name, tensor in weights.items():
        scale = (tensor.abs().amax(-1, keepdim=True) / 127).clamp_min(1.2e-38)
        tensors[name] = ((tensor / scale).round() + 128).to(torch.uint8).contiguous()
        tensors[name + ".scale"] = scale.contiguous()
    return tensors


def packed(path, weights, vocabulary):
    pieces = torch.tensor(vocabulary, dtype=torch.int64).to(torch.uint32)
    save_file({"vocabulary": pieces} | bytes_of(weights), path)


def begun(path, vocabulary):
    """Earlier weights; where half as many layers read, they are the even ones."""
    weights, before = unpacked(path)
    bias = dict(zip(before, weights["word_bias"].tolist()))
    weights["word_bias"] = torch.tensor([bias.get(piece, 0.0) for piece in vocabulary])
    had = 1 + max(int(n.split(".")[1]) for n in weights if n.startswith("reading."))
    moved = {}
    for name, tensor in weights.items():
        if name.startswith("reading."):
            _, n, rest = name.split(".", 2)
            name = f"reading.{int(n) * READING // had}.{rest}"
        moved[name] = tensor
    return moved


class Lesson:
    __slots__ = "ids kinds marks clause sentence say style olds again wish".split()

    def __init__(self, line):
        self.ids = np.array(line["ids"], dtype=np.int64)
        self.kinds = np.array(line["kinds"], dtype=np.int64)
        self.marks = np.array(line["marks"], dtype=np.int64)
        self.clause, self.sentence = line["clause"], line["sentence"]
        self.say, self.style, self.olds = line["say"][:SAID], line["style"], line["olds"]
        self.again, self.wish = line["again"], len(line["say"]) > 1

    def due(self, new):
        """The likelihood of its turn; `new` is how many older notes tell a new one, 0 where none is."""
        often = EVEN if not new else NEW if len(self.olds) >= new else KNOWN
        return often.again if self.again else often.wish if self.wish else often.idle

    def varied(self, rng):
        """As it might have come: which words carry the wish is known less well in use than in a
        label, mostly to the clause or the sentence, and often there is no reply or no task. Of words
        without a wish no more may be marked, for one may stand beside them; but less, or where they
        begin and end would tell that they are none."""
        ids, kinds, marks = self.ids, self.kinds, self.marks
        at = np.flatnonzero(marks)
        if self.wish and rng.random() < 0.1:
            marks = np.zeros_like(marks)
        elif len(at):
            first, last = at[0], at[-1] + 1
            roll = rng.random()
            if self.wish and roll < 0.65:
                reach = self.clause if roll < 0.45 else self.sentence
                if reach["start"] < reach["end"]:
                    first, last = min(first, reach["start"]), max(last, reach["end"])
            elif self.wish and roll < 0.75:
                first, last = first - rng.randrange(8), last + rng.randrange(8)
            if rng.random() < 0.4:
                first, last = first + rng.randrange(3), last - rng.randrange(3)
            if first >= last:
                first, last = at[0], at[-1] + 1
            marks = np.zeros_like(marks)
            marks[max(first, 0) : last] = 1
            marks[kinds != MESSAGE] = 0
        for kind in (TASK, REPLY):
            if rng.random() < 0.15 and (kinds == kind).any():
                keep = kinds != kind
                ids, kinds, marks = ids[keep], kinds[keep], marks[keep]
        return ids, kinds, marks


def padded(rows):
    """Rows of pieces, their kinds and marks, and which places hold one."""
    count, length = len(rows), max(len(ids) for ids, _, _ in rows)
    ids, kinds, marks = (np.zeros((count, length), dtype=np.int64) for _ in range(3))
    read = np.zeros((count, length), dtype=bool)
    for row, own in enumerate(rows):
        n = len(own[0])
        ids[row, :n], kinds[row, :n], marks[row, :n] = own
        read[row, :n] = True
    return ids, kinds, marks, read


def hiding(read):
    read = torch.from_numpy(read)
    return torch.zeros(len(read), 1, 1, read.shape[1]).masked_fill_(~read[:, None, None], HIDDEN)


class Batch:
    def __init__(self, lessons, slots, rng=None):
        rows = [l.varied(rng) if rng else (l.ids, l.kinds, l.marks) for l in lessons]
        ids, kinds, marks, read = padded(rows)
        count = len(rows)
        pointed = read & (kinds != FRAME)
        longest = max(len(l.say) for l in lessons)
        say = np.full((count, longest), -1, dtype=np.int64)
        for row, lesson in enumerate(lessons):
            say[row, : len(lesson.say)] = lesson.say
        slot = np.where(say >= 0, slots[np.maximum(say, 0)], -1)
        points = (say[:, :, None] == ids[:, None, :]) & pointed[:, None, :]
        counts = ((slot >= 0) | points.any(-1)).astype(np.float32)
        counts[:, :2] *= OPENING
        heard = say[:, :-1].copy()
        heard[heard < 0] = SEP
        to = torch.from_numpy
        self.ids, self.kinds, self.marks = to(ids), to(kinds), to(marks)
        self.penalty, self.hidden = hiding(read), hiding(pointed).squeeze(1)
        self.slot, self.points, self.counts, self.heard = to(slot), to(points), to(counts), to(heard)
        self.unheard = None
        if rng:
            gone = np.array([rng.random() < UNHEARD for _ in range(heard.size)]).reshape(heard.shape)
            self.unheard = to(gone)
        self.styles = torch.tensor([l.style for l in lessons])


def losses(network, batch, words, said, drop):
    read = network.read(F.embedding(batch.ids, words), batch.kinds, batch.marks, batch.penalty, drop)
    heard = F.embedding(batch.heard, words)
    if batch.unheard is not None:
        heard = heard.masked_fill(batch.unheard[..., None], 0.0)
    start = F.embedding(batch.styles, network.w("styles"))[:, None]
    states = network.follow(read, batch.penalty, torch.cat([start, heard], 1), drop)
    scores = network.scores(read, batch.hidden, states, said).float()
    own = torch.gather(scores, 2, batch.slot.clamp_min(0)[..., None])
    own = own.masked_fill(batch.slot[..., None] < 0, -1e30)
    points = scores[:, :, len(said) :].masked_fill(~batch.points, -1e30)
    right = torch.cat([own, points], -1).logsumexp(-1)
    lost = (scores.logsumexp(-1) - right) * batch.counts
    lost = torch.where(batch.counts > 0, lost, 0.0).sum() / batch.counts.sum()
    with torch.no_grad():
        best = scores.argmax(-1)
        pointed = (best - len(said)).clamp_min(0)[..., None]
        hits = (best == batch.slot) | (
            (best >= len(said)) & torch.gather(batch.points, 2, pointed).squeeze(-1)
        )
        hits = hits[batch.counts > 0].float().mean()
    return lost, hits


def best(answers):
    """The best f1 that some log-odds allow, and the area under the curve."""
    answers = sorted(answers, reverse=True)
    yes = sum(truth for _, truth in answers)
    right, f1, area = 0.0, 0.0, 0.0
    for n, (_, truth) in enumerate(answers, 1):
        right += truth
        f1 = max(f1, 2 * right / (n + yes))
        area += 0 if truth else right
    return f1, area / max(1, yes * (len(answers) - yes))


def batches(lessons, new, rng):
    order = [l for l in lessons if rng.random() < l.due(new)]
    rng.shuffle(order)
    found = []
    for at in range(0, len(order), SORTED):
        block = sorted(order[at : at + SORTED], key=lambda l: len(l.ids))
        found += [block[n : n + BATCH] for n in range(0, len(block) - BATCH + 1, BATCH)]
    rng.shuffle(found)
    return found


def half():
    """Products of half the digits, sums and weights of all (Micikevicius et al. 2018, "Mixed precision
    training"): a step takes less than half of the time where the processor has bfloat16 products."""
    return torch.autocast("cpu", torch.bfloat16)


def rate(step, steps):
    """Rises, then falls along a cosine; the share of the height."""
    if step < WARMING:
        return step / WARMING
    done = min(1.0, (step - WARMING) / max(1, steps - WARMING))
    return LAST + (1 - LAST) * 0.5 * (1 + math.cos(math.pi * done))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lessons", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--between", type=Path, help="BGE small's weights: to begin with, or for the odd layers")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument(
        "--new", type=int, default=0, help="lessons with so many older notes come thrice as often"
    )
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--share", type=float, default=1.0, help="of the rates of learning")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not (options.between or options.start):
        parser.error("one of --between and --start is needed")
    rng, generator = random.Random(options.seed), torch.Generator().manual_seed(options.seed)
    vocabulary = json.loads((options.lessons / "vocabulary.json").read_text())
    words = Bert(options.model).embeddings("word")
    weights = fresh(words.shape[1], vocabulary, generator)
    if options.between:
        weights |= pretrained(options.model, options.between)
    if options.start:
        weights |= begun(options.start, vocabulary)
    network = Network(weights)
    slots = np.full(len(words), -1, dtype=np.int64)
    slots[vocabulary] = np.arange(len(vocabulary))
    said = F.normalize(words[vocabulary], dim=-1) * SHARPNESS
    learnt, kept = [], []
    with open(options.lessons / "lessons.jsonl") as lines:
        for line in map(json.loads, lines):
            (kept if line["held_out"] and not line["again"] else learnt).append(Lesson(line))
    kept = sorted((l for l in kept if l.wish), key=lambda l: len(l.ids))
    steps = int(options.epochs * sum(l.due(options.new) for l in learnt) / BATCH)
    print(f"{len(learnt)} lessons, {len(kept)} held out, {len(vocabulary)} pieces, {steps} steps")

    def gentle(name):
        return name.startswith(("reading/", "seen/", "stands"))

    named = list(network.named_parameters())
    groups = [
        {"params": [p for n, p in named if gentle(n.split(".", 1)[1])], "height": GENTLE},
        {"params": [p for n, p in named if not gentle(n.split(".", 1)[1])], "height": RATE},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=0.01, fused=True)
    drop, keep = Dropout(DROPPED, generator), lambda x: x

    def held_out():
        with torch.no_grad():
            parts = [kept[n : n + BATCH] for n in range(0, len(kept), BATCH)]
            sums = [losses(network, Batch(p, slots), words, said, keep) for p in parts]
            notes, right = (float(torch.stack(s).mean()) for s in zip(*sums))
        return f"notes {notes:.3f} right {right:.3f}"

    started, step, total = time.time(), 0, 0.0
    print("held out:", held_out(), flush=True)
    while step < steps:
        for lessons in batches(learnt, options.new, rng)[: steps - step]:
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = options.share * rate(step, steps) * group["height"]
            with half():
                lost, _ = losses(network, Batch(lessons, slots, rng), words, said, drop)
            optimizer.zero_grad(set_to_none=True)
            lost.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            total += lost.item()
            if step % 100 == 0:
                print(f"    step {step}: {total / 100:.3f} ({time.time() - started:.0f} s)", flush=True)
                total = 0.0
            if step % 1000 == 0 or step == steps:
                print(f"step {step}: held out", held_out(), f"({time.time() - started:.0f} s)", flush=True)
                own = {n.removeprefix("own.").replace("/", "."): p.detach() for n, p in named}
                packed(options.out, own, vocabulary)


if __name__ == "__main__":
    main()
