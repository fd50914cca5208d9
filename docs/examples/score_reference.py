#!/usr/bin/env python3
"""Scores one request as docs/models.md says: the whole forward pass in NumPy, to hold an exporter and a server against.

    python3 score_reference.py my-model request.json

The request holds all that a score depends on, ids and features as the HTTP API takes them, times as Unix milliseconds:

    {"userId": 5, "profile": {"country": "de"}, "at": 1767268800000,
     "events": [{"itemId": 11, "action": "play", "at": 1767268740000, "features": {"artist": "a7"}}],
     "candidates": [{"itemId": 11, "features": {"artist": "a7"}}]}

Events are all of the user's, in the order in which the server keeps them. Prints a logit and a score for each candidate
and task. Needs Python 3.9 and NumPy. Everything is computed at once and nothing is kept: slow, and easy to check.
"""

import json
import math
import pathlib
import struct
import sys

import numpy as np

U64 = 2**64 - 1
PRIMES = (11400714785074694791, 14029467366897019727, 1609587929392839161, 9650029242287828579, 2870177450012600261)
NEVER = 63

erf = np.vectorize(math.erf, otypes=[float])


# Section 2: ids, rows, buckets.

def xxh64(data):
    p1, p2, p3, p4, p5 = PRIMES
    turn = lambda x, bits: (x << bits | x >> 64 - bits) & U64
    stir = lambda lane, word: turn((lane + word * p2) & U64, 31) * p1 & U64
    at, h = 0, p5
    if len(data) >= 32:
        lanes = [(p1 + p2) & U64, p2, 0, -p1 & U64]
        while len(data) - at >= 32:
            lanes = [stir(lane, word) for lane, word in zip(lanes, struct.unpack_from("<4Q", data, at))]
            at += 32
        h = sum(turn(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & U64
        for lane in lanes:
            h = ((h ^ stir(0, lane)) * p1 + p4) & U64
    h = (h + len(data)) & U64
    for at in range(at, len(data) - 7, 8):
        h = (turn(h ^ stir(0, *struct.unpack_from("<Q", data, at)), 27) * p1 + p4) & U64
    at = len(data) // 8 * 8
    if len(data) - at >= 4:
        h = (turn(h ^ struct.unpack_from("<I", data, at)[0] * p1 & U64, 23) * p2 + p3) & U64
        at += 4
    for byte in data[at:]:
        h = turn(h ^ byte * p5 & U64, 11) * p1 & U64
    h = (h ^ h >> 33) * p2 & U64
    h = (h ^ h >> 29) * p3 & U64
    return h ^ h >> 32


def key(value):
    """An integer and its decimal text are one id."""
    text = str(value)
    is_decimal = text.isascii() and text.isdigit() and (text[0] != "0" or text == "0") and int(text) <= U64
    return int(text) if is_decimal else xxh64(text.encode())


def row(value, rows):
    if value is None:
        return 0
    x = key(value)
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & U64
    x = (x ^ x >> 27) * 0x94D049BB133111EB & U64
    return 1 + (x ^ x >> 31) % (rows - 1)


def bucket(x):
    mantissa, exponent = np.frexp(np.asarray(x) + 1.0)  # x + 1 = mantissa * 2^exponent, 1/2 <= mantissa < 1
    return np.minimum(62, 2 * (exponent - 1) + (mantissa >= 0.75))


def seconds(from_ms, to_ms):
    return np.maximum(0, np.asarray(to_ms) - np.asarray(from_ms)) // 1000


class Model:
    def __init__(self, folder):
        self.config = json.loads((folder / "config.json").read_text())
        self.sides, self.profile = self.config.get("sides", []), self.config.get("profile", [])
        self.w, data = {}, (folder / "weights.safetensors").read_bytes()
        tensors = 8 + struct.unpack_from("<Q", data)[0]
        for name, entry in json.loads(data[8:tensors]).items():
            if name != "__metadata__":
                begin, end = entry["data_offsets"]
                raw = np.frombuffer(data[tensors + begin:tensors + end], {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}[entry["dtype"]])
                values = (raw.astype("<u4") << 16).view("<f4") if entry["dtype"] == "BF16" else raw
                self.w[name] = values.astype(float).reshape(entry["shape"])

    def table(self, name, rows):
        return self.w[f"{name}.weight"][rows]

    def linear(self, name, x):
        return x @ self.w[f"{name}.weight"].T + self.w[f"{name}.bias"]

    def norm(self, name, x):
        centred = x - x.mean(-1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * self.w[f"{name}.weight"] + self.w[f"{name}.bias"]

    def mlp(self, name, x):
        x = self.linear(f"{name}.in", x)
        return self.linear(f"{name}.out", x * 0.5 * (1 + erf(x / math.sqrt(2))))

    def block(self, name, heads, h, sees, bias):
        """Section 6. h [R, w]; sees [R, R]: whether a row reads a row; bias(head) [R, R]."""
        normed, width = self.norm(f"{name}.norm1", h), h.shape[1] // heads
        q, k, v = (self.linear(f"{name}.attention.{part}", normed) for part in "qkv")
        mixed = np.empty_like(h)
        for head in range(heads):
            own = slice(head * width, (head + 1) * width)
            logits = np.where(sees, q[:, own] @ k[:, own].T / math.sqrt(width) + bias(head), -np.inf)
            weights = np.exp(logits - logits.max(1, keepdims=True))
            mixed[:, own] = weights / weights.sum(1, keepdims=True) @ v[:, own]
        h = h + self.linear(f"{name}.attention.o", mixed)
        return h + self.mlp(f"{name}.ffn", self.norm(f"{name}.norm2", h))

    def ids(self, it):
        """Item row and side rows of an event or a candidate, concatenated."""
        features = it.get("features") or {}
        parts = [self.table("item", row(it["itemId"], self.config["item"]["rows"]))]
        return parts + [self.table(f"side.{side['name']}", row(features.get(side["name"]), side["rows"])) for side in self.sides]

    def group(self, events, before_ms):
        """Sections 3 and 4: a group's token [D], from its filled slots and the time of the event before it."""
        x, actions = [], self.config["actions"]
        for event in events:
            action = 1 + actions.index(event["action"]) if event["action"] in actions else 0
            gap = 0 if before_ms is None else bucket(seconds(before_ms, event["at"]))
            x.append(np.concatenate(self.ids(event) + [self.table("action", action), self.table("gap", gap)]))
            before_ms = event["at"]
        u = self.mlp("event", np.array(x)) + self.w["inner.position.weight"][:len(events)]
        for i in range(self.config["inner_layers"]):
            u = self.block(f"inner.{i}", self.config["inner_heads"], u, True, lambda head: 0)
        token = np.zeros(self.config["group_size"] * self.config["event_dim"])
        token[:u.size] = u.ravel()
        return token

    def candidate(self, it, visible, at):
        """Section 5: y of a candidate."""
        parts, features = self.ids(it), it.get("features") or {}
        asked = [("item", it["itemId"], lambda e: e["itemId"])]
        asked += [(s["name"], features.get(s["name"]), lambda e, n=s["name"]: (e.get("features") or {}).get(n)) for s in self.sides]
        for name, value, of in asked:
            same = [] if value is None else [e["at"] for e in visible if of(e) is not None and key(of(e)) == key(value)]
            parts.append(self.table(f"cross.{name}_count", bucket(len(same))))
            parts.append(self.table(f"cross.{name}_age", bucket(seconds(same[-1], at)) if same else NEVER))
        return np.concatenate(parts)

    def logits(self, request):
        config, events, at = self.config, request.get("events", []), request["at"]
        size, heads = config["group_size"], config["heads"]
        window = -(-config["max_events"] // size)  # T
        groups = [events[i:i + size] for i in range(0, len(events), size)]
        visible = [event for group in groups[-window:] for event in group]
        tokens = [self.group(group, None if g == 0 else groups[g - 1][-1]["at"]) for g, group in enumerate(groups)]
        user = self.table("user", row(request["userId"], config["user"]["rows"]))
        for feature in self.profile:
            value = (request.get("profile") or {}).get(feature["name"])
            user = user + self.table(f"profile.{feature['name']}", row(value, feature["rows"]))
        cls = list(self.w["cls.weight"]) if config["cls_tokens"] else []
        candidates = self.mlp("candidate", np.array([self.candidate(it, visible, at) for it in request["candidates"]]))

        # Rows are the groups, oldest first, the user globals, the candidates. A row stands at a group, or one past the newest.
        n, globals_end = len(groups), len(groups) + 1 + len(cls)
        h = np.array(tokens + [user] + cls + list(candidates))
        last = np.array([group[-1]["at"] for group in groups], dtype=np.int64)
        place = np.minimum(np.arange(len(h)), n)
        until = np.array([*last, *[last[-1] if n else 0] * (globals_end - n), *[at] * len(candidates)], dtype=np.int64)
        positions = bucket(np.maximum(0, place[:, None] - np.arange(n)))
        ages = bucket(seconds(last, until[:, None]))
        for layer in range(1 + config["self_layers"]):
            sees = np.eye(len(h), dtype=bool)
            for r in range(len(h)):
                newest = min(place[r], n - 1)
                sees[r, max(0, newest - (config["recent_groups"] if layer else window) + 1):newest + 1] = True
                if r >= n:
                    sees[r, r if r < globals_end else n:globals_end] = True

            def bias(head, layer=layer):
                added = np.zeros((len(h), len(h)))  # none for keys that are globals
                added[:, :n] = self.table(f"layers.{layer}.position_bias", positions)[..., head]
                added[:, :n] += self.table(f"layers.{layer}.time_bias", ages)[..., head]
                return added

            h = self.block(f"layers.{layer}", heads, h, sees, bias)
        after = self.norm("final_norm", h)
        users = np.repeat(after[n:n + 1], len(candidates), 0)
        return self.mlp("head", np.concatenate([after[globals_end:], users, candidates], 1))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    model, asked = Model(pathlib.Path(sys.argv[1])), json.loads(pathlib.Path(sys.argv[2]).read_text())
    for it, logits in zip(asked["candidates"], model.logits(asked)):
        by_task = {task: {"logit": x, "score": 1 / (1 + math.exp(-x))} for task, x in zip(model.config["tasks"], map(float, logits))}
        print(json.dumps({"itemId": it["itemId"], **by_task}))
