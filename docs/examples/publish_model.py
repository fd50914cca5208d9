#!/usr/bin/env python3
"""Makes a model for Longer.Grid with NumPy alone, and publishes a model of any trainer.

    python3 publish_model.py build my-model                            # writes the folder, says its version
    python3 publish_model.py publish my-model http://127.0.0.1:5080    # uploads it, waits until it serves

A model is a folder with config.json, weights.safetensors and, if you like, metrics.json; docs/models.md says what
every field and tensor means. Needs Python 3.9, NumPy and, to publish, curl. It stands alone: copy it.
"""

import argparse
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import time

import numpy as np

CONFIG = {
    "model_type": "longer", "format": 1,
    "max_events": 2000, "event_dim": 16, "group_size": 4,
    "inner_layers": 1, "inner_heads": 2,
    "heads": 4, "self_layers": 1, "recent_groups": 100, "cls_tokens": 1,
    "item": {"rows": 20000, "dim": 16},
    "user": {"rows": 5000},
    "sides": [{"name": "artist", "rows": 5000, "dim": 8}],
    "profile": [{"name": "country", "rows": 300}],
    "actions": ["play", "skip", "like"], "action_dim": 8, "gap_dim": 8, "cross_dim": 8,
    "tasks": ["like"],
}

BUCKETS = 64


def trained_weights(config):
    """Here go your trainer's arrays: a dict from the names of shapes() to float32 arrays.

    With PyTorch, if your module's parameters are named as in shapes():
        return {name: value.detach().cpu().float().numpy() for name, value in model.state_dict().items()}

    This one draws them at random: a model that scores, and knows nothing.
    """
    random = np.random.default_rng(seed=1)

    def draw(name, shape):
        if "norm" in name:
            return np.ones(shape) if name.endswith(".weight") else np.zeros(shape)
        if name.endswith(".bias") or name.endswith("_bias.weight"):
            return np.zeros(shape)
        is_linear = any(part in name for part in (".in.", ".out.", ".attention."))
        return random.normal(0, np.sqrt(2 / sum(shape)) if is_linear else 0.1, shape)

    return {name: draw(name, shape).astype(np.float32) for name, shape in shapes(config).items()}


def shapes(config):
    """Every tensor of a config with its shape; a file has these and no others."""
    d, width = config["event_dim"], config["event_dim"] * config["group_size"]
    sides, tasks = config.get("sides", []), config["tasks"]
    ids = config["item"]["dim"] + sum(side["dim"] for side in sides)
    found = {}

    def linear(name, inputs, outputs):
        found[f"{name}.weight"], found[f"{name}.bias"] = (outputs, inputs), (outputs,)

    def norm(name, size):
        found[f"{name}.weight"], found[f"{name}.bias"] = (size,), (size,)

    def block(name, size):
        norm(f"{name}.norm1", size)
        for part in "qkvo":
            linear(f"{name}.attention.{part}", size, size)
        norm(f"{name}.norm2", size)
        linear(f"{name}.ffn.in", size, 4 * size)
        linear(f"{name}.ffn.out", 4 * size, size)

    found["item.weight"] = (config["item"]["rows"], config["item"]["dim"])
    for side in sides:
        found[f"side.{side['name']}.weight"] = (side["rows"], side["dim"])
    found["action.weight"] = (len(config["actions"]) + 1, config["action_dim"])
    found["gap.weight"] = (BUCKETS, config["gap_dim"])
    found["user.weight"] = (config["user"]["rows"], width)
    for feature in config.get("profile", []):
        found[f"profile.{feature['name']}.weight"] = (feature["rows"], width)
    if config["cls_tokens"] > 0:
        found["cls.weight"] = (config["cls_tokens"], width)
    for name in ["item"] + [side["name"] for side in sides]:
        found[f"cross.{name}_count.weight"] = (BUCKETS, config["cross_dim"])
        found[f"cross.{name}_age.weight"] = (BUCKETS, config["cross_dim"])
    linear("event.in", ids + config["action_dim"] + config["gap_dim"], 2 * d)
    linear("event.out", 2 * d, d)
    linear("candidate.in", ids + 2 * config["cross_dim"] * (1 + len(sides)), width)
    linear("candidate.out", width, width)
    found["inner.position.weight"] = (config["group_size"], d)
    for i in range(config["inner_layers"]):
        block(f"inner.{i}", d)
    for layer in range(1 + config["self_layers"]):
        block(f"layers.{layer}", width)
        found[f"layers.{layer}.position_bias.weight"] = (BUCKETS, config["heads"])
        found[f"layers.{layer}.time_bias.weight"] = (BUCKETS, config["heads"])
    norm("final_norm", width)
    linear("head.in", 3 * width, width)
    linear("head.out", width, len(tasks))
    return found


def check(config, weights):
    """Ends the program where a server would refuse the weights, with all that is wrong."""
    expected, problems = shapes(config), []
    for name in expected.keys() | weights.keys():
        if name not in expected:
            problems.append(f"{name} is not a tensor of this config")
        elif name not in weights:
            problems.append(f"{name} is missing; expected is the shape {list(expected[name])}")
        elif weights[name].shape != expected[name]:
            problems.append(f"{name} has the shape {list(weights[name].shape)}; expected is {list(expected[name])}")
        elif weights[name].dtype not in (np.float32, np.float16):
            problems.append(f"{name} is {weights[name].dtype}; accepted are float32 and float16")
        elif not np.isfinite(weights[name]).all():
            problems.append(f"{name} holds a NaN or an infinity")
    if problems:
        sys.exit("\n".join(sorted(problems)))


def write_safetensors(path, weights):
    """Eight bytes of header length, a JSON header, then the tensors end to end; all little-endian."""
    header, end = {}, 0
    for name, array in weights.items():
        begin, end = end, end + array.nbytes
        header[name] = {"dtype": {4: "F32", 2: "F16"}[array.itemsize], "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in weights.values():
            file.write(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())


def version_of(folder):
    """The name that a server gives the two files: SHA-256 over their two SHA-256, as lower-case hex."""
    hashes = [hashlib.sha256((folder / name).read_bytes()).digest() for name in ("config.json", "weights.safetensors")]
    return hashlib.sha256(b"".join(hashes)).hexdigest()


def build(folder):
    weights = trained_weights(CONFIG)
    check(CONFIG, weights)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    write_safetensors(folder / "weights.safetensors", weights)
    # Whatever you want to find beside the version in GET /v1/models; for instance an AUC on later time for each task.
    (folder / "metrics.json").write_text(json.dumps({"trained_by": "publish_model.py, at random", "tasks": {"like": {"auc": None}}}) + "\n")
    print(f"version {version_of(folder)}")


def publish(folder, url, patience):
    parts = [part for part in ("config.json", "weights.safetensors", "metrics.json") if (folder / part).exists()]
    form = [argument for part in parts for argument in ("--form", f"{part.split('.')[0]}=@{folder / part}")]
    status, answer = curl(*form, f"{url}/v1/models")
    if status not in (200, 201):
        refused(answer)
    version = answer["version"]
    print(f"version {version}{'' if status == 201 else ' (the grid had it already)'}", flush=True)
    if version != version_of(folder):
        sys.exit("That is not the version of these files: something between here and the server changed them.")

    # 202 while silos load it, 200 once it serves; the same call asks again. 503 passes by itself.
    until = time.monotonic() + patience
    while (status := activate(url, version)) != 200:
        if time.monotonic() > until:
            sys.exit(f"It is not active after {patience} s; the last answer was {status}.")
        time.sleep(0.5)
    print("active")


def activate(url, version):
    status, answer = curl("--request", "POST", f"{url}/v1/models/{version}/activate")
    return status if status in (200, 202, 503) else refused(answer)


def curl(*arguments):
    """The status and the JSON of an answer."""
    command = ["curl", "--silent", "--show-error", "--write-out", "\n%{http_code}", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(done.returncode)
    body, status = done.stdout.rsplit("\n", 1)
    try:
        return int(status), json.loads(body)
    except ValueError:
        sys.exit(f"The answer {status} is not a Longer.Grid gateway's: {body[:300]}")


def refused(problem):
    """Problem details (RFC 9457): `errors` names each field or tensor that is wrong."""
    lines = [problem["title"]] + [f"  {e['path']}: {e['detail']}" for e in problem.get("errors", [])]
    sys.exit("\n".join(lines if len(lines) > 1 else [f"{problem['title']} {problem['detail']}"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("build").add_argument("folder", type=pathlib.Path)
    publishing = commands.add_parser("publish")
    publishing.add_argument("folder", type=pathlib.Path)
    publishing.add_argument("url")
    publishing.add_argument("--patience", type=float, default=600, help="seconds until it has to be active")
    asked = parser.parse_args()
    if asked.command == "build":
        build(asked.folder)
    else:
        publish(asked.folder, asked.url.rstrip("/"), asked.patience)
