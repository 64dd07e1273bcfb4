"""The model's command line.

python train.py train --data fer2013.zip            from data to published weights
python train.py train --data fer2013.zip --resume   go on where a run stopped
"""

import argparse
from pathlib import Path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--data")
    parser.add_argument("--out", type=Path, default=Path("runs/latest"))
    parser.add_argument("--resume", action="store_true")
    a = parser.parse_args()
    from femr.training import fer2013, fit
    data = fer2013.read(a.data)
    split = fer2013.split(data)
    fit.fit(split, fit.Recipe(), fit.RunFiles(a.out), resume=a.resume)
    from femr.training import publish
    publish.finish(a.out, data, split)


if __name__ == "__main__":
    main()
