#!/usr/bin/env python3
"""在 Apache Spark 上逐县运行一个划分 | Runs the counties of a plan on Apache Spark.

    spark-submit fireplan_spark.py PLAN [--results DIR] [--fireplan PATH] [-- --profile jincheng ...]

PLAN is a folder that `fireplan batch plan` and `fireplan batch border` have filled; it, the results and the program must lie
where every worker finds them under the same path. What stands behind `--` is given to every `fireplan run coverage`.

One county is one task, the largest first. A task runs the program and nothing else: it reads the county's folder and writes the
results beside and renames them, so that a task that Spark tries again, or runs twice at once, does no harm. A county whose results
are whole is not run again. A county that fails is told with its reason and takes no other with it: run the same command again, or
merge the rest with `fireplan batch merge PLAN --with-holes`. Needs nothing of Spark that 2.4 has not.
"""
import argparse
import hashlib
import json
import os
import subprocess
import sys

ANALYSIS = "coverage"


def digest_file(path):
    """SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def is_done(results, basis):
    """Whether the results in a folder are whole, and rest on this plan, border and rules."""
    try:
        with open(os.path.join(results, "county.json"), encoding="utf-8") as file:
            county = json.load(file)
        record = digest_file(os.path.join(results, "record.mpk.gz"))
    except (OSError, ValueError):
        return False
    return county["record_sha256"] == record and county["basis"] == basis


def write_command(order, county):
    """The command that answers for one county."""
    plan = order["plan"]
    return [
        order["fireplan"], "run", ANALYSIS, os.path.join(plan, "counties", county),
        "--arrivals", os.path.join(plan, "border", county + ".mpk.gz"),
        "--own", county,
        "--out", os.path.join(order["results"], county),
        "--bands-min", "",
        "--quiet",
    ] + order["more"]


def run_county(order, county):
    """Answers for one county; the county and why it failed, or nothing."""
    if not order["again"] and is_done(os.path.join(order["results"], county), order["basis"]):
        return county, None
    try:
        run = subprocess.Popen(write_command(order, county), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        told = run.communicate()[0].decode("utf-8", "replace").strip()
    except OSError as error:
        return county, str(error)
    return county, None if run.returncode == 0 else told or "exit code %d" % run.returncode


def run_plan(context, order):
    """Answers for every county; those that failed, with the reason."""
    with open(os.path.join(order["plan"], "plan.json"), encoding="utf-8") as file:
        counties = json.load(file)["counties"]
    counties.sort(key=lambda county: (-county["own_segments"], county["id"]))
    ids = [county["id"] for county in counties]
    tasks = context.parallelize(ids, max(len(ids), 1))
    return tasks.mapPartitions(lambda part: [run_county(order, county) for county in part]).collect()


def read_order(arguments):
    """What is to be run, from the command line."""
    more = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, more = arguments[:at], arguments[at + 1:]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", metavar="PLAN")
    parser.add_argument("--results", metavar="DIR", help="缺省 PLAN/results | by default PLAN/results")
    parser.add_argument("--fireplan", default="fireplan", metavar="PATH", help="程序 | the program")
    parser.add_argument("--again", action="store_true", help="已完成的县也重算 | run counties again that are done")
    given = parser.parse_args(arguments)
    plan = os.path.abspath(given.plan)
    with open(os.path.join(plan, "border", "border.json"), encoding="utf-8") as file:
        basis = json.load(file)["basis"]
    return {
        "plan": plan,
        "basis": basis,
        "results": os.path.abspath(given.results or os.path.join(plan, "results")),
        "fireplan": given.fireplan,
        "again": given.again,
        "more": more,
    }


def main():
    """Runs the plan and tells what failed; exit code 1 where some county did."""
    order = read_order(sys.argv[1:])
    from pyspark import SparkContext

    context = SparkContext(appName="fireplan " + os.path.basename(order["plan"]))
    try:
        answered = run_plan(context, order)
    finally:
        context.stop()
    failed = [(county, why) for county, why in answered if why is not None]
    for county, why in failed:
        sys.stderr.write("失败 | failed %s: %s\n" % (county, why))
    print("%d 县完成，%d 县失败 | %d counties done, %d failed" % (2 * (len(answered) - len(failed), len(failed))))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
