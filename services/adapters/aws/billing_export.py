"""An AWS Data Export in S3: which months changed, and their files as one manifest lists them."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlparse

from botocore.exceptions import HTTPClientError, IncompleteReadError
from botocore.response import StreamingBody

from core.errors import Invalid, PioneerError, Unavailable
from core.inventory import Account, ExportLocation
from core.ports import ExportedMonth
from services.adapters.aws.session import Place, Sessions

ATTEMPTS = 3
"""Of one download whose body ends too early: botocore does not repeat these by itself."""
CHUNK = 1 << 20
_MONTH = re.compile(r"BILLING_PERIOD=(\d{4})-(\d{2})/[^/]*Manifest\.json$")


@dataclass(frozen=True)
class _Manifest:
    """A month's manifest as the bucket lists it."""

    month: date
    key: str
    etag: str


class S3BillingExport:
    """Reads exports through the account's role; downloads live below `cache` only while their month is being loaded."""

    def __init__(self, sessions: Sessions, cache: Path) -> None:
        self._sessions = sessions
        self._cache = cache

    def new_since(self, account: Account, known: dict[date, str]) -> Iterator[ExportedMonth]:
        """Months whose manifest differs from what is known, oldest first; each one's files go when the next is asked for.

        A month that cannot be had keeps no other back: the first such failure is raised at the end. Raises `Unavailable` while the
        export has delivered nothing, and whatever AWS says no with.
        """
        if account.export is None:
            return
        export = account.export
        place = Place(self._sessions, account, export.region)
        failures: list[PioneerError] = []
        for manifest in self._manifests(place, export):
            if known.get(manifest.month) == manifest.etag:
                continue
            folder = self._cache / account.id / f"{manifest.month:%Y-%m}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            try:
                month = self._month(place, export, manifest, folder)
            except PioneerError as error:
                failures.append(error)
            else:
                yield month
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        if failures:
            raise failures[0]

    def _manifests(self, place: Place, export: ExportLocation) -> list[_Manifest]:
        prefix = "/".join(part for part in (export.prefix.strip("/"), export.name, "metadata/") if part)
        found = []
        for item in place.pages("s3", "list_objects_v2", "Contents", Bucket=export.bucket, Prefix=prefix):
            named = _MONTH.search(item["Key"])
            if named:
                found.append(
                    _Manifest(date(int(named[1]), int(named[2]), 1), item["Key"], item["ETag"].strip('"'))
                )
        if not found:
            message = (
                f"The export {export.name} has delivered no manifest below s3://{export.bucket}/{prefix} yet."
            )
            raise Unavailable(
                message,
                mend="AWS delivers the first within 24 hours; check bucket, prefix and name if it is older.",
            )
        return sorted(found, key=lambda manifest: manifest.month)

    def _month(
        self, place: Place, export: ExportLocation, manifest: _Manifest, folder: Path
    ) -> ExportedMonth:
        """Download what the manifest lists, and make sure that nothing changed meanwhile."""
        listing = folder / "manifest.json"
        tags = {manifest.key: _download(place, export.bucket, manifest.key, listing)}
        files = []
        keys, rows = _listed(listing, export, manifest)
        for number, key in enumerate(keys):
            files.append(folder / f"{number:05}-{Path(key).name}")
            tags[key] = _download(place, export.bucket, key, files[-1])
        for key, etag in tags.items():
            if _etag(place.read("s3", "head_object", Bucket=export.bucket, Key=key)) != etag:
                message = (
                    f"{key} changed while {manifest.month:%Y-%m} was being read; nothing of it was loaded."
                )
                raise Unavailable(message, mend="It is read again at the next run.")
        return ExportedMonth(manifest.month, tags[manifest.key], tuple(files), rows)


def _listed(listing: Path, export: ExportLocation, manifest: _Manifest) -> tuple[list[str], int | None]:
    """The keys of the data files (`dataFiles` of a Data Export, `reportKeys` of a legacy report), and their rows where it says."""
    broken = f"The manifest s3://{export.bucket}/{manifest.key}"
    try:
        content = json.loads(listing.read_text())
    except ValueError as error:
        raise Invalid(f"{broken} is no JSON.") from error
    names = (content.get("dataFiles") or content.get("reportKeys")) if isinstance(content, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Invalid(f"{broken} lists no files.")
    keys = []
    for name in names:
        address = urlparse(name)
        if address.scheme == "s3" and address.netloc != export.bucket:
            raise Invalid(f"{broken} lists a file in another bucket, {address.netloc}.")
        keys.append(address.path.lstrip("/") if address.scheme == "s3" else name)
    rows = content.get("rows")
    return keys, rows if isinstance(rows, int) else None


def _download(place: Place, bucket: str, key: str, target: Path) -> str:
    """Fetch one object whole; answers its ETag. Raises `Unavailable` when its body keeps ending too early."""
    for _ in range(ATTEMPTS):
        answer = place.read("s3", "get_object", Bucket=bucket, Key=key)
        try:
            _save(answer["Body"], target)
        except (IncompleteReadError, HTTPClientError):
            continue
        return _etag(answer)
    message = f"s3://{bucket}/{key} broke off {ATTEMPTS} times while it was being read."
    raise Unavailable(message, mend="It is read again at the next run.")


def _save(body: StreamingBody, target: Path) -> None:
    with target.open("wb") as file:
        for chunk in body.iter_chunks(CHUNK):
            file.write(chunk)


def _etag(answer: dict[str, object]) -> str:
    return str(answer["ETag"]).strip('"')
