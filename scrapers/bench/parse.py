#!/usr/bin/env python3
"""Reads the same pages with BeautifulSoup (lxml) and with ours, in interleaved rounds, by CPU time.

    cargo build --release --manifest-path scrapers/fuzz/Cargo.toml --example parse_pages
    scrapers/bench/parse.py [--pages 2000] [--rounds 5] [--ours PROGRAM]

Both take the same printed fields from every page, which is checked before anything is measured. Ours does more in its
time: it takes sellers out of the page, reads every value, and finds make, model and trim in the catalogue. The first
run makes a virtual environment of requirements.txt under ~/.cache/giaxe/bench-scrapers; GIAXE_BENCH_VENV names one
that you have.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent


def in_venv():
    """Runs this script again inside the bench's virtual environment."""
    venv = pathlib.Path(os.environ.get("GIAXE_BENCH_VENV") or pathlib.Path.home() / ".cache/giaxe/bench-scrapers")
    python = venv / "bin/python"
    if pathlib.Path(sys.prefix) == venv:
        return
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "-r", HERE / "requirements.txt"]
        subprocess.run(install, check=True, stdout=sys.stderr)
    os.execv(python, [str(python), *sys.argv])


def clean(text):
    return unicodedata.normalize("NFC", " ".join(text.split()))


BONBANH = {
    "Năm sản xuất": ["year"], "Tình trạng": ["condition"], "Số Km đã đi": ["mileage"], "Xuất xứ": ["origin"],
    "Kiểu dáng": ["body"], "Dòng xe": ["body"], "Hộp số": ["transmission"], "Động cơ": ["fuel", "engine"],
    "Số chỗ ngồi": ["seats"], "Số chỗ": ["seats"], "Dẫn động": ["drivetrain"],
}
YEAR = re.compile(r" ((?:19|20)\d\d)$")


def bonbanh(soup):
    fields = {}
    car = soup.find(id="car_detail")
    for row in car.select(".box_car_detail .row, .box_car_detail .row_last"):
        label, value = row.select_one(".label label"), row.select_one(".inp")
        if label and value:
            text = clean(value.get_text())
            for field in BONBANH.get(clean(label.get_text()).rstrip(": "), []):
                if text != "-":
                    fields.setdefault(field, text)
    line = clean("".join(car.select_one(".title h1").find_all(string=True, recursive=False)))
    name, price = line.rsplit(" - ", 1)
    fields["price"] = price
    year = YEAR.search(name)
    if year:
        fields.setdefault("year", year.group(1))
    fields["title"] = YEAR.sub("", name)
    fields["listed_on"] = clean(car.select_one(".notes").get_text()).split(". ")[0]
    trail = [clean(item.get_text()) for item in soup.select(".breadcrum [itemprop=name]")]
    fields["make"], fields["model"] = trail[2], trail[3]
    for line in soup.select_one(".contact-txt").get_text("\n").split("\n"):
        if line.strip().startswith("Địa chỉ:"):
            fields["province"] = clean(line.rsplit(",", 1)[-1])
    return fields


OTO = {
    "Năm SX": "year", "Năm sản xuất": "year", "Tình trạng": "condition", "Km đã đi": "mileage",
    "Số km đã đi": "mileage", "Xuất xứ": "origin", "Kiểu dáng": "body", "Hộp số": "transmission",
    "Nhiên liệu": "fuel", "Tỉnh thành": "province", "Số chỗ ngồi": "seats", "Dung tích xi lanh": "engine",
}


def oto(soup):
    fields = {}
    for row in soup.select(".list-info li, .baseinfo .row"):
        label = row.find(["label", "span"])
        name = clean(label.get_text()).rstrip(": ")
        if name in OTO:
            text = clean(row.get_text(" ")[len(label.get_text(" ")):].lstrip(": "))
            fields.setdefault(OTO[name], text)
    fields["title"] = clean(soup.find("h1").get_text()).split(" - ")[0]
    fields["listed_on"] = clean(soup.select_one(".date-code .date").get_text())
    price = soup.select_one(".price-big .price")
    if price:
        fields["price"] = clean(price.get_text())
    seats = soup.find(id="numberOfSeat")
    if seats:
        fields["seats"] = seats["value"]
    code = soup.select_one(".code").get_text().split()[-1]
    for link in soup.select("[data-call]"):
        parts = link["data-call"].split(".")
        if code in parts:
            state = next(index for index, part in enumerate(parts) if part in ("Mới", "Đã qua sử dụng"))
            fields["make"], fields["model"] = parts[0], ".".join(parts[1:state])
    return fields


def read(pages):
    from bs4 import BeautifulSoup

    readers = {"bonbanh": bonbanh, "oto": oto}
    return [readers[site](BeautifulSoup(text, "lxml")) for site, text in pages]


def load(folder):
    pages = []
    for path in sorted(pathlib.Path(folder).iterdir()):
        text = path.read_text(encoding="utf-8")
        pages.append((path.name.split(" ")[0], text.split("\n", 1)[1]))
    return pages


def compare(ours, folder, theirs):
    """Both must have read the same texts from every page."""
    lines = subprocess.run([ours, "rows", folder], check=True, capture_output=True, text=True).stdout.splitlines()
    assert len(lines) == len(theirs), (len(lines), len(theirs))
    for line, fields in zip(lines, theirs):
        row = json.loads(line)
        printed = {name: clean(text) for name, text in row["raw"].items()}
        printed["title"] = row["title"]
        assert printed == fields, (row["source"], row["id"], printed, fields)


def main():
    in_venv()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ours", default=HERE.parent / "fuzz/target/release/examples/parse_pages")
    args = parser.parse_args()
    print("| page | bytes | ours, CPU µs a page | BeautifulSoup (lxml), CPU µs a page | ratio (of the rounds) |")
    print("|---|---|---|---|---|")
    measure(args, "bare", 0, args.pages)
    measure(args, "with 40 links and cards around it", 40, args.pages // 10)


def measure(args, name, furniture, count):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([args.ours, "write", folder, str(count), str(furniture)], check=True)
        pages = load(folder)
        assert len(pages) == count, len(pages)
        compare(args.ours, folder, read(pages))
        rounds = []
        for number in range(args.rounds):
            run = subprocess.run([args.ours, "read", folder], check=True, capture_output=True, text=True)
            before = time.process_time()
            read(pages)
            rounds.append((float(run.stdout), time.process_time() - before))
            print(f"{name}, round {number + 1}: {rounds[-1]}", file=sys.stderr)
    ours, theirs = (statistics.median(side) / len(pages) * 1e6 for side in zip(*rounds))
    ratios = sorted(theirs / ours for ours, theirs in rounds)
    size = sum(len(text.encode()) for _, text in pages) / len(pages)
    spread = f"{statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f})"
    print(f"| {name} | {size:.0f} | {ours:.0f} | {theirs:.0f} | {spread} |", flush=True)


if __name__ == "__main__":
    main()
