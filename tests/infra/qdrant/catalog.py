"""What local mode does not keep about a collection: its full configuration, its payload indexes, strict mode."""

import base64
import json
import os

from qdrant_client import grpc as q
from qdrant_client.local.payload_value_extractor import value_by_key

KINDS = {  # which index types can serve a condition, as the server decides it in strict mode
    "keyword": ("Keyword", "Uuid"), "keywords": ("Keyword", "Uuid"), "except_keywords": ("Keyword", "Uuid"),
    "integer": ("Integer",), "integers": ("Integer",), "except_integers": ("Integer",),
    "boolean": ("Bool",), "text": ("Text",), "text_any": ("Text",), "phrase": ("Text",),
    "prefix": ("Keyword",), "substring": ("Keyword",),
}
ANY = tuple(name for name in q.PayloadSchemaType.keys() if name != "UnknownType")


class StrictMode(Exception):
    """A request the collection's strict mode refuses."""


class Entry:
    def __init__(self, create, indexes=None):
        self.create = create  # grpc CreateCollection
        self.indexes = indexes or {}  # field -> grpc PayloadSchemaInfo, without the count


class Catalog:
    def __init__(self, path):
        self.path = path
        self.entries = {}
        if path and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for name, stored in json.load(file)["collections"].items():
                    indexes = {field: _decode(q.PayloadSchemaInfo, text) for field, text in stored["indexes"].items()}
                    self.entries[name] = Entry(_decode(q.CreateCollection, stored["create"]), indexes)

    def save(self):
        if not self.path:
            return
        stored = {
            name: {
                "create": _encode(entry.create),
                "indexes": {field: _encode(info) for field, info in entry.indexes.items()},
            }
            for name, entry in self.entries.items()
        }
        with open(self.path + ".tmp", "w", encoding="utf-8") as file:
            json.dump({"collections": stored}, file)
        os.replace(self.path + ".tmp", self.path)

    def of(self, name):
        return self.entries.setdefault(name, Entry(q.CreateCollection(collection_name=name)))

    # -- answers ---------------------------------------------------------------------------------

    def info(self, name, collection):
        entry, points = self.of(name), collection.count().count
        create = entry.create
        config = q.CollectionConfig(
            params=q.CollectionParams(
                shard_number=create.shard_number or 1,
                replication_factor=create.replication_factor or 1,
                write_consistency_factor=create.write_consistency_factor or 1,
                on_disk_payload=create.on_disk_payload if create.HasField("on_disk_payload") else True,
            ),
            hnsw_config=q.HnswConfigDiff(
                m=16, ef_construct=100, full_scan_threshold=10000, max_indexing_threads=0, on_disk=False
            ),
            optimizer_config=q.OptimizersConfigDiff(
                deleted_threshold=0.2, vacuum_min_vector_number=1000, default_segment_number=0,
                indexing_threshold=10000, flush_interval_sec=5,
            ),
            wal_config=q.WalConfigDiff(wal_capacity_mb=32, wal_segments_ahead=0, wal_retain_closed=1),
        )
        for field in ("vectors_config", "sparse_vectors_config"):
            if create.HasField(field):
                getattr(config.params, field).CopyFrom(getattr(create, field))
        config.hnsw_config.MergeFrom(create.hnsw_config)
        config.optimizer_config.MergeFrom(create.optimizers_config)
        config.wal_config.MergeFrom(create.wal_config)
        for field in ("quantization_config", "strict_mode_config"):
            if create.HasField(field):
                getattr(config, field).CopyFrom(getattr(create, field))
        for key in create.metadata:
            config.metadata[key].CopyFrom(create.metadata[key])
        info = q.CollectionInfo(
            status=q.CollectionStatus.Green,
            optimizer_status=q.OptimizerStatus(ok=True),
            segments_count=1,
            points_count=points,
            indexed_vectors_count=0,
            config=config,
        )
        for field, schema in entry.indexes.items():
            info.payload_schema[field].CopyFrom(schema)
            info.payload_schema[field].points = sum(
                1
                for position in collection.ids.values()
                if not collection.deleted[position] and value_by_key(collection.payload[position], field)
            )
        return info

    def update(self, request):
        create = self.of(request.collection_name).create
        create.hnsw_config.MergeFrom(request.hnsw_config)
        create.optimizers_config.MergeFrom(request.optimizers_config)
        create.strict_mode_config.MergeFrom(request.strict_mode_config)
        for key in request.metadata:
            create.metadata[key].CopyFrom(request.metadata[key])
        self.save()

    # -- strict mode -----------------------------------------------------------------------------

    def strict(self, name):
        config = self.of(name).create.strict_mode_config
        return config if config.enabled else None

    def check_filter(self, name, condition, for_update=False):
        config = self.strict(name)
        if config is None or condition is None:
            return
        conditions = list(_conditions(condition))
        if config.HasField("filter_max_conditions") and len(conditions) > config.filter_max_conditions:
            raise StrictMode(
                f"Filter condition limit reached ({len(conditions)} > {config.filter_max_conditions})"
                ". Help: Reduce the amount of conditions of your filter."
            )
        switch = "unindexed_filtering_update" if for_update else "unindexed_filtering_retrieve"
        if not config.HasField(switch) or getattr(config, switch):
            return
        indexes = self.of(name).indexes
        for key, kinds in conditions:
            info = indexes.get(key)
            if key is not None and (info is None or q.PayloadSchemaType.Name(info.data_type) not in kinds):
                types = ", ".join(sorted(kind.lower() for kind in kinds))
                raise StrictMode(
                    f'Index required but not found for "{key}" of one of the following types: [{types}]. '
                    "Help: Create an index for this key or use a different filter."
                )

    def check_limit(self, name, value, limit, what):
        config = self.strict(name)
        if config is not None and config.HasField(limit) and value > getattr(config, limit):
            most = getattr(config, limit)
            raise StrictMode(
                f'Limit exceeded {value} > {most} for "{what}". Help: Reduce the "{what}" parameter to or below {most}.'
            )


def _conditions(condition, prefix=""):
    """(key, index types that would serve it) for every condition; key None needs no index."""
    parts = [*condition.must, *condition.should, *condition.must_not]
    if condition.HasField("min_should"):
        parts += condition.min_should.conditions
    for part in parts:
        which = part.WhichOneof("condition_one_of")
        value = getattr(part, which)
        if which == "filter":
            yield from _conditions(value, prefix)
        elif which == "nested":
            yield from _conditions(value.filter, f"{prefix}{value.key}[].")
        elif which == "field":
            yield prefix + value.key, _kinds(value)
        elif which in ("is_empty", "is_null"):
            yield prefix + value.key, ANY
        else:
            yield None, ()


def _kinds(field):
    if field.HasField("match"):
        return KINDS[field.match.WhichOneof("match_value")]
    if field.HasField("range"):
        return ("Float", "Integer")
    if field.HasField("datetime_range"):
        return ("Datetime",)
    if field.HasField("geo_bounding_box") or field.HasField("geo_radius") or field.HasField("geo_polygon"):
        return ("Geo",)
    return ANY


def _encode(message):
    return base64.b64encode(message.SerializeToString()).decode()


def _decode(kind, text):
    return kind.FromString(base64.b64decode(text))
