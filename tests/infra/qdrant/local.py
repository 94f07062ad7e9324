"""Qdrant's own local mode, made fit to stand behind a server.

All reading, filtering, scoring and updating is qdrant-client's code. Added here:
- one SQLite transaction per operation, so that a killed process leaves an operation whole or absent
  (upstream commits point by point);
- cosine vectors are normalised once, with the server's rule, and come back bit-equal after a restart
  (upstream normalises again on each write, and in place on each search);
- an index over keyword-like fields and point ids: upstream reads every payload on every filter. The
  index only narrows the set of points that upstream's code then looks at.
"""

import bisect
import copy
import sqlite3

import numpy as np
from qdrant_client.http import models
from qdrant_client.local import distances, local_collection, persistence, qdrant_local
from qdrant_client.local.local_collection import LocalCollection
from qdrant_client.local.payload_filters import check_filter, validate_filter
from qdrant_client.local.payload_value_extractor import value_by_key
from qdrant_client.local.utils import normalize_point_id


class Deferred(sqlite3.Connection):
    """`with connection:` no longer commits; `commit()` does."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


class Storage(persistence.CollectionPersistence):
    synchronous = "NORMAL"  # survives kill -9; FULL also survives power loss

    def __init__(self, location, force_disable_check_same_thread=False):
        super().__init__(location, force_disable_check_same_thread)
        self.storage.close()
        self.storage = sqlite3.connect(str(self.location), check_same_thread=False, factory=Deferred)
        self.storage.execute("PRAGMA journal_mode=WAL")
        self.storage.execute(f"PRAGMA synchronous={self.synchronous}")

    def commit(self):
        self.storage.commit()


class Payloads(list):
    """The payload list of a collection; keeps `indexes` {field: {value: positions}} true."""

    def __init__(self, payloads):
        super().__init__(payloads)
        self.indexes = {}

    def add_index(self, field):
        if field not in self.indexes:
            self.indexes[field] = {}
            for position, payload in enumerate(self):
                self._note(field, payload, position)

    def drop_index(self, field):
        self.indexes.pop(field, None)

    def append(self, payload):
        super().append(payload)
        for field in self.indexes:
            self._note(field, payload, len(self) - 1)

    def __setitem__(self, position, payload):
        for field, index in self.indexes.items():
            for value in indexable(self[position], field):
                index[value].discard(position)
            self._note(field, payload, position)
        super().__setitem__(position, payload)

    def _note(self, field, payload, position):
        for value in indexable(payload, field):
            self.indexes[field].setdefault(value, set()).add(position)


def indexable(payload, field):
    values = value_by_key(payload, field) or []
    # bool is an int in Python, but not a match for one in Qdrant
    return {value for value in values if isinstance(value, (str, int)) and not isinstance(value, bool)}


class Collection(LocalCollection):
    def __init__(self, config, location=None, force_disable_check_same_thread=False):
        super().__init__(config, location, force_disable_check_same_thread)
        self.payload = Payloads(self.payload)
        self._ordered = []
        for name in self.vectors:
            rows = self.vectors[name].astype(np.float32)
            if self._is_cosine(name):
                rows = np.array([normalised(row) for row in rows], dtype=np.float32).reshape(rows.shape)
            self.vectors[name] = rows

    def commit(self):
        if self.storage is not None:
            self.storage.commit()

    # -- vectors ---------------------------------------------------------------------------------

    def _is_cosine(self, name):
        return self.get_vector_params(name).distance == models.Distance.COSINE

    def _validate_point(self, point):
        point = super()._validate_point(point)
        vectors = point.vector if isinstance(point.vector, dict) else {"": point.vector}
        changed = {
            name: normalised(vector).tolist()
            for name, vector in vectors.items()
            if name in self.vectors and vector is not None and self._is_cosine(name)
        }
        if changed:
            point.vector = {**vectors, **changed} if isinstance(point.vector, dict) else changed[""]
        return point

    def _update_point(self, point):
        super()._update_point(point)
        self._set_exact(point)

    def _add_point(self, point):
        super()._add_point(point)
        self._set_exact(point)

    def _set_exact(self, point):
        """Upstream normalises again, in double or single precision; keep what was stored."""
        vectors = point.vector if isinstance(point.vector, dict) else {"": point.vector}
        for name, vector in vectors.items():
            if name in self.vectors and vector is not None:
                self.vectors[name][self.ids[point.id]] = np.asarray(vector, dtype=np.float32)

    # -- narrowing -------------------------------------------------------------------------------

    def _candidates(self, condition):
        """Positions that can match the filter, a superset; None: no idea."""
        if not isinstance(condition, models.Filter) or not condition.must:
            return None
        must = condition.must if isinstance(condition.must, list) else [condition.must]
        best = None
        for part in must:
            found = self._candidates_of(part)
            if found is not None and (best is None or len(found) < len(best)):
                best = found
        return best

    def _candidates_of(self, part):
        if isinstance(part, models.Filter):
            return self._candidates(part)
        if isinstance(part, models.HasIdCondition):
            ids = (self.ids.get(normalize_point_id(point)) for point in part.has_id)
            return {position for position in ids if position is not None}
        if isinstance(part, models.FieldCondition) and part.key in self.payload.indexes:
            index = self.payload.indexes[part.key]
            if isinstance(part.match, models.MatchValue) and not isinstance(part.match.value, bool):
                return index.get(part.match.value, set())
            if isinstance(part.match, models.MatchAny):
                return set().union(*(index.get(value, set()) for value in part.match.any))
        return None

    def _view(self, condition):
        """A throw-away collection of only the points that can match, or None."""
        if not isinstance(self.payload, Payloads) or self.sparse_vectors:
            return None
        candidates = self._candidates(condition)
        if candidates is None:
            return None
        positions = sorted(position for position in candidates if not self.deleted[position])
        view = copy.copy(self)
        view.storage = None
        view.payload = [self.payload[position] for position in positions]
        view.ids_inv = [self.ids_inv[position] for position in positions]
        view.ids = {point: position for position, point in enumerate(view.ids_inv)}
        view.deleted = np.zeros(len(positions), dtype=bool)
        view.deleted_per_vector = {name: gone[positions] for name, gone in self.deleted_per_vector.items()}
        view.vectors = {name: rows[positions] for name, rows in self.vectors.items()}
        view.multivectors = {name: [rows[position] for position in positions] for name, rows in self.multivectors.items()}
        return view

    def query_points(self, query=None, prefetch=None, query_filter=None, **rest):
        view = self._view(query_filter) if not prefetch else None
        return LocalCollection.query_points(
            view or self, query=query, prefetch=prefetch, query_filter=query_filter, **rest
        )

    def count(self, count_filter=None):
        return LocalCollection.count(self._view(count_filter) or self, count_filter)

    def _filter_to_ids(self, condition):
        return LocalCollection._filter_to_ids(self._view(condition) or self, condition)

    def _scroll_by_value(self, order_by, scroll_filter=None, **rest):
        return LocalCollection._scroll_by_value(
            self._view(scroll_filter) or self, order_by=order_by, scroll_filter=scroll_filter, **rest
        )

    def _scroll_by_id(self, scroll_filter=None, limit=10, offset=None, with_payload=True, with_vectors=False):
        view = self._view(scroll_filter)
        if view is not None or not isinstance(self.payload, Payloads):
            return LocalCollection._scroll_by_id(view or self, scroll_filter, limit, offset, with_payload, with_vectors)
        # Without a usable condition upstream sorts and filters everything for each page; here the
        # sorted order is kept and only the page is looked at.
        validate_filter(scroll_filter)
        if len(self._ordered) != len(self.ids):
            self._ordered = sorted(self.ids, key=self._universal_id)
        start = 0
        if offset is not None:
            start = bisect.bisect_left(
                self._ordered, self._universal_id(normalize_point_id(offset)), key=self._universal_id
            )
        found = []
        for point in self._ordered[start:]:
            position = self.ids[point]
            if self.deleted[position] or (scroll_filter is not None and not self._matches(scroll_filter, position)):
                continue
            if len(found) == limit:
                return found, point
            found.append(
                models.Record(
                    id=point,
                    payload=self._get_payload(position, with_payload),
                    vector=self._get_vectors(position, with_vectors),
                )
            )
        return found, None

    def _matches(self, condition, position):
        return check_filter(
            condition, self.payload[position], self.ids_inv[position], self._calculate_has_vector(position)
        )

    def __bool__(self):
        return True


def normalised(vector):
    """The server's `cosine_preprocess`: zero and already normalised vectors stay as they are."""
    vector = np.asarray(vector, dtype=np.float32)
    length = np.float32(np.dot(vector, vector))
    if length < np.finfo(np.float32).eps or abs(length - np.float32(1.0)) <= 1.0e-6:
        return vector
    return vector / np.sqrt(length)


def cosine_similarity(query, vectors):
    """Stored vectors are normalised already; upstream's version does it once more, changing them."""
    if query.ndim == 1:
        return np.dot(vectors, normalised(query))
    return np.dot(np.array([normalised(row) for row in query]), vectors.T)


def open_database(location, full_sync):
    Storage.synchronous = "FULL" if full_sync else "NORMAL"
    distances.cosine_similarity = cosine_similarity
    local_collection.CollectionPersistence = Storage
    qdrant_local.LocalCollection = Collection
    return qdrant_local.QdrantLocal(location=location, force_disable_check_same_thread=True)


def reopen(database, name):
    """Back to what is on disk, after a write to disk failed."""
    collection = database.collections[name]
    fields = list(collection.payload.indexes)
    config = collection.config
    try:
        collection.close()
    except sqlite3.Error:
        pass
    fresh = Collection(config, database._collection_path(name), force_disable_check_same_thread=True)
    fresh.text_indexes = collection.text_indexes
    for field in fields:
        fresh.payload.add_index(field)
    database.collections[name] = fresh
