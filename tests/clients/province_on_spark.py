"""The demo county's towns as counties on Spark with two workers, one of which is killed on the way: put together, they are the
run on the whole, byte for byte.

Usage: province_on_spark.py FIREPLAN FOLDER
"""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src" / "province"))
import fireplan_spark  # noqa: E402

DEMO = ROOT / "data" / "demo"


def run(*command):
    """Runs a command that must succeed."""
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


def contents(folder):
    """Every file below a folder with its bytes, by name; but for what the merge says of itself."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "merge.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def executors():
    """The processes in which Spark runs tasks."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                words = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if b"CoarseGrainedExecutorBackend" in words and words.startswith(b"/"):
                found.append(int(process.name))
    return sorted(found)


def kill_one(results, killed):
    """Kills one executor once the first county is done."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and not killed:
        if any(results.glob("*/county.json")) and executors():
            killed.append(executors()[0])
            os.kill(killed[0], signal.SIGKILL)
        time.sleep(0.1)


def main():
    """Plans, finds the border, runs on Spark, merges and compares."""
    program, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    plan, whole, merged = folder / "plan", folder / "whole", folder / "merged"
    run(program, "batch", "plan", DEMO, "--quiet", "--out", plan)
    run(program, "batch", "border", plan, "--quiet")
    from pyspark import SparkConf, SparkContext

    os.environ["PYTHONPATH"] = str(ROOT / "src" / "province")
    conf = SparkConf().setMaster("local-cluster[2,1,1024]").setAppName("province").set("spark.ui.enabled", "false")
    context = SparkContext(conf=conf)
    order = fireplan_spark.read_order([str(plan), "--fireplan", str(program)])
    killed = []
    watch = threading.Thread(target=kill_one, args=(plan / "results", killed), daemon=True)
    watch.start()
    answered = fireplan_spark.run_plan(context, order)
    context.stop()
    failed = [county for county in answered if county[1] is not None]
    assert not failed, failed
    assert killed, "no worker was killed on the way"
    run(program, "batch", "merge", plan, "--quiet", "--out", merged)
    run(program, "run", "coverage", DEMO, "--quiet", "--bands-min", "", "--out", whole)
    ours, theirs = contents(merged), contents(whole)
    assert ours.keys() == theirs.keys(), ours.keys() ^ theirs.keys()
    differing = [name for name in theirs if ours[name] != theirs[name]]
    assert not differing, differing
    print(f"{len(answered)} counties on Spark, worker {killed[0]} killed: {len(theirs)} files equal byte for byte")


if __name__ == "__main__":
    main()
