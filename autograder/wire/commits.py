"""The names of a repository's files that are read, and the one file in which they travel.

A repository is the folder `.git` of an upload. Its hooks, settings and logs are never taken.
"""

import re

REPOSITORY = ".repository.zip"  # in a submission; no upload can hold a hidden file
FOLDER = ".git"
WANTED = re.compile(
    r"HEAD|packed-refs|shallow|refs/(heads|tags|remotes)(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){1,4}"
    r"|objects/[0-9a-f]{2}/[0-9a-f]{38}|objects/pack/pack-[0-9a-f]{40}\.(pack|idx)"
)
