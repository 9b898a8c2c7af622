"""Small micro-expression data sets in the layouts that their authors published."""

from pathlib import Path

import openpyxl
from dataset_trees import write_picture

CASME2_HEADINGS = (
    "Subject", "Filename", "", "OnsetFrame", "ApexFrame", "OffsetFrame", "", "Action Units",
    "Estimated Emotion",
)  # fmt: skip
SAMM_HEADINGS = (
    "Subject", "Filename", "Inducement Code", "Onset Frame", "Apex Frame", "Offset Frame",
    "Duration", "Micro", "Action Units", "Estimated Emotion", "Objective Classes", "Notes",
)  # fmt: skip
CASME3_HEADINGS = (
    "Subject",
    "Filename",
    "Onset",
    "Apex",
    "Offset",
    "AU",
    "Objective class",
    "emotion",
)

# (subject, file name, onset, apex, offset, emotion)
CASME2 = [
    (1, "EP02_01f", 46, 48, 50, "happiness"),
    (1, "EP19_05f", 9, 11, 12, "disgust"),
    (2, "EP01_11f", 1, "/", 5, "repression"),
    (2, "EP13_04", 100, 103, 104, "surprise"),
    (26, "EP18_50", 7, 9, 10, "others"),
    (26, "EP18_51", 7, 8, 10, "sadness"),
]
SAMM = [
    (6, "006_1_2", 5562, 5564, 5566, "Anger"),
    (6, "006_3_5", 20, 22, 23, "Surprise"),
    (11, "011_2_7", 99, 100, 101, "Happiness"),
    (11, "011_3_1", 1, 2, 3, "Other"),
]
CASME3 = [
    ("spNO.1", "A", 3, 5, 6, "disgust"),
    ("spNO.1", "a", 8, 9, 11, "happy"),
    ("spNO.10", "m", 2, 4, 5, "surprise"),
    ("spNO.10", "b", 1, 2, 3, "others"),
]
SMIC = {"s1": {"negative": 2, "positive": 1}, "s12": {"surprise": 1}}
SMIC_CODES = {"negative": "ne", "positive": "po", "surprise": "sur"}

MEGC_LIST = [
    ("casme2", "sub01", "EP02_01f", 1),
    ("casme2", "sub01", "EP19_05f", 0),
    ("casme2", "sub02", "EP01_11f", 0),
    ("casme2", "sub02", "EP13_04", 2),
    ("samm", 6, "006_1_2", 0),
    ("samm", 6, "006_3_5", 2),
    ("samm", 11, "011_2_7", 1),
    ("smic", "s01", "s01_ne_01", 0),
    ("smic", "s01", "s01_ne_02", 0),
    ("smic", "s01", "s01_po_01", 1),
    ("smic", "s12", "s12_sur_01", 2),
]


def write_table(path: Path, headings, rows, above=()) -> Path:
    """A spreadsheet; ``above`` are rows of free text before the headings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    for row in (*above, headings, *rows):
        book.active.append(row)
    book.save(path)
    return path


def write_frames(folder: Path, numbers, name="{}.jpg") -> Path:
    """Noise named by ``name`` for each number."""
    for number in numbers:
        write_picture(folder / name.format(number))
    return folder


def write_casme2(root: Path, rows=CASME2, kind="raw", table="CASME2-coding-20190701.xlsx") -> Path:
    """The spreadsheet and CASME2_RAW_selected/ or Cropped/, with a frame more on each side."""
    top, name = {
        "raw": ("CASME2_RAW_selected", "img{}.jpg"),
        "cropped": ("Cropped", "reg_img{}.jpg"),
    }[kind]
    cells = [
        (subject, clip, None, onset, apex, offset, None, "4+7", emotion)
        for subject, clip, onset, apex, offset, emotion in rows
    ]
    write_table(root / table, CASME2_HEADINGS, cells)
    for subject, clip, onset, _, offset, _ in rows:
        write_frames(root / f"{top}/sub{subject:02d}/{clip}", range(onset - 1, offset + 2), name)
    return root


def write_samm(root: Path, rows=SAMM) -> Path:
    """SAMM_Micro_FACS_Codes_v2.xlsx with free text above, and 006/006_1_2/006_05562.jpg."""
    cells = [
        (subject, clip, 1, onset, apex, offset, offset - onset, "Micro - 1/2", "4", emotion, 3, "")
        for subject, clip, onset, apex, offset, emotion in rows
    ]
    text = [("SAMM Dataset - Micro-Movements and FACS Codes",), (), ("Please cite",), (), ()]
    write_table(root / "SAMM_Micro_FACS_Codes_v2.xlsx", SAMM_HEADINGS, cells, text)
    for subject, clip, onset, _, offset, _ in rows:
        name = f"{subject:03d}_{{:05d}}.jpg"
        write_frames(root / f"{subject:03d}/{clip}", range(onset, offset + 1), name)
    return root


def write_casme3_table(root: Path, rows=CASME3) -> Path:
    """annotation/cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx."""
    cells = [(*row[:5], "4", 1, row[5]) for row in rows]
    path = root / "annotation/cas(me)3_part_A_ME_label_JpgIndex_v2.xlsx"
    write_table(path, CASME3_HEADINGS, cells)
    return root


def write_casme3(root: Path, rows=CASME3, top="data/part_A") -> Path:
    """The recordings <top>/spNO.1/a/color/3.jpg with depth pictures beside."""
    write_casme3_table(root, rows)
    for subject, code, *_ in rows:
        clip = root / top / subject / code.lower()
        write_frames(clip / "color", range(1, 13))
        write_frames(clip / "depth", range(1, 13), "{}.png")
    return root


def write_casme3_clips(root: Path, rows=CASME3) -> Path:
    """The cut clips Part_A_ME_clip/frame/spNO.1_a_3/3.jpg."""
    write_casme3_table(root, rows)
    for subject, code, onset, _, offset, _ in rows:
        for kind, name in (("frame", "{}.jpg"), ("depth", "{}.png")):
            folder = root / f"Part_A_ME_clip/{kind}/{subject}_{code}_{onset}"
            write_frames(folder, range(onset, offset + 1), name)
    return root


def write_smic(root: Path, part="HS", kind="raw", subjects=SMIC) -> Path:
    """SMIC_all_raw/HS/s1/micro/negative/s1_ne_01/image000010.bmp, or the crops reg_image*.bmp."""
    name = {"raw": "image{:06d}.bmp", "cropped": "reg_image{:06d}.bmp"}[kind]
    for subject, classes in subjects.items():
        base = root / f"SMIC_all_{kind}/{part}/{subject}"
        for label, count in classes.items():
            for number in range(1, count + 1):
                clip = f"micro/{label}/{subject}_{SMIC_CODES[label]}_{number:02d}"
                write_frames(base / clip, range(10, 14), name)
        write_frames(base / f"non_micro/{subject}_non_01", range(2), name)
    return root


def write_megc(root: Path, rows=MEGC_LIST, headings=None) -> Path:
    """Folders CASME2, SAMM and SMIC, and the challenge's list unless ``rows`` is None."""
    write_casme2(root / "CASME2")
    write_samm(root / "SAMM")
    write_smic(root / "SMIC")
    if rows is not None:
        lines = [",".join(map(str, row)) for row in ([headings] if headings else []) + rows]
        (root / "combined_3class_gt.csv").write_text("\n".join(lines) + "\n")
    return root


def items(index) -> dict:
    """Item -> label."""
    return dict(zip(index.table["item"], index.table["label"], strict=True))


def reasons(index) -> dict:
    """Left out item -> reason."""
    return {one.item: one.reason for one in index.skipped}


def names(clip) -> list:
    """File names of a clip's frames."""
    return [path.name for path in clip.frames.paths]
