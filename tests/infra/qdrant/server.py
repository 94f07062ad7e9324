#!/usr/bin/env python3
"""Qdrant's gRPC API over qdrant-client's local mode, for tests where no real server can run.

Not implemented calls answer UNIMPLEMENTED. See README.md in the parent directory for the differences.
"""

import argparse
import functools
import logging
import os
import signal
import sqlite3
import sys
import threading
import time
import warnings
from concurrent import futures

import grpc
from qdrant_client import grpc as q
from qdrant_client.conversions.conversion import (
    GrpcToRest,
    RestToGrpc,
    grpc_field_type_to_payload_schema,
    grpc_to_payload,
)
from qdrant_client.grpc import collections_service_pb2_grpc, points_service_pb2_grpc, qdrant_pb2_grpc
from qdrant_client.http import models
from qdrant_client._pydantic_compat import construct

import local
from catalog import Catalog, Entry, StrictMode
from faults import Faults

log = logging.getLogger("qdrant-local")
INDEX_NARROWS = (q.PayloadSchemaType.Keyword, q.PayloadSchemaType.Integer)
PARAMS_TO_TYPE = {
    f"{name}_index_params": getattr(q.PayloadSchemaType, name.capitalize())
    for name in ("keyword", "integer", "float", "geo", "text", "bool", "datetime", "uuid")
}


class Refused(Exception):
    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def not_found(name):
    return Refused(grpc.StatusCode.NOT_FOUND, f"Not found: Collection `{name}` doesn't exist!")


def invalid(message):
    return Refused(grpc.StatusCode.INVALID_ARGUMENT, message)


def rpc(method):
    """One call: faults, key, the lock, errors in the server's terms, the time it took."""

    @functools.wraps(method)
    def call(self, request, context):
        state, name = self.state, method.__name__
        plan = state.faults.plan(name)
        plan.before(context)
        state.check_key(name, context)
        started = time.perf_counter()
        try:
            with state.lock:
                plan.inside()
                response = method(self, request)
        except Refused as error:
            context.abort(error.code, str(error))
        except StrictMode as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"Bad request: {error}")
        except KeyError as error:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Not found: No point with id {error.args[0]} found")
        except ValueError as error:
            context.abort(*in_server_terms(str(error)))
        except NotImplementedError as error:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, str(error))
        except (sqlite3.Error, OSError) as error:
            log.exception("%s", name)
            context.abort(grpc.StatusCode.INTERNAL, f"Service internal error: {error}")
        except Exception as error:  # noqa: BLE001 - a fault of this server, not of the caller
            log.exception("%s", name)
            context.abort(grpc.StatusCode.INTERNAL, f"Service internal error: {error!r}")
        if "time" in response.DESCRIPTOR.fields_by_name:
            response.time = time.perf_counter() - started
        plan.after(context)
        return response

    return call


def in_server_terms(text):
    if text.startswith("Point ") and text.endswith("is not found in the collection"):
        return grpc.StatusCode.NOT_FOUND, f"Not found: {text}"
    if " already exists" in text and text.startswith(("Collection ", "Alias ")):
        return grpc.StatusCode.ALREADY_EXISTS, f"Wrong input: {text}!"
    if text.startswith(("Collection ", "Alias ")) and text.endswith(("not found", "does not exist")):
        return grpc.StatusCode.NOT_FOUND, f"Not found: {text}"
    for kind in ("Dense vector ", "Sparse vector ", "Multivector ", "Vector "):
        if text.startswith(kind) and text.endswith("is not found in the collection"):
            name = text[len(kind) : -len(" is not found in the collection")]
            return grpc.StatusCode.INVALID_ARGUMENT, f"Wrong input: Not existing vector name error: {name}"
    return grpc.StatusCode.INVALID_ARGUMENT, text if text.startswith("Wrong input") else f"Wrong input: {text}"


class State:
    def __init__(self, options):
        self.lock = threading.RLock()
        storage = os.path.join(options.dir, "storage") if options.dir else None
        if storage:
            os.makedirs(storage, exist_ok=True)
        self.database = local.open_database(storage or ":memory:", options.full_sync)
        self.catalog = Catalog(os.path.join(storage, "catalog.json") if storage else None)
        self.faults = Faults(
            options.latency_file, os.path.join(options.dir, "stats.json") if options.dir else None
        )
        self.api_key = options.api_key
        self.operation = 0
        for name, collection in self.database.collections.items():
            for field, info in self.catalog.of(name).indexes.items():
                if info.data_type in INDEX_NARROWS:
                    collection.payload.add_index(field)

    def check_key(self, method, context):
        if not self.api_key or method == "HealthCheck":
            return
        sent = {key: value for key, value in context.invocation_metadata()}
        given = sent.get("api-key") or sent.get("authorization", "").removeprefix("Bearer ")
        if not given:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "Must provide an API key or an Authorization bearer token")
        if given != self.api_key:
            context.abort(grpc.StatusCode.UNAUTHENTICATED, "Invalid API key or JWT")

    def resolve(self, name):
        """The collection behind a name or an alias, and its own name."""
        own = self.database.aliases.get(name, name)
        if own not in self.database.collections:
            raise not_found(name)
        return own, self.database.collections[own]

    def write(self, name, wait, operation):
        """Apply to memory and the open transaction, commit, then answer."""
        own, collection = self.resolve(name)
        try:
            try:
                operation(own, collection)
            except sqlite3.Error:
                raise
            except Exception:
                collection.commit()  # what was applied before the error stays applied, as on the server
                raise
            collection.commit()
        except sqlite3.Error:
            local.reopen(self.database, own)
            raise
        self.operation += 1
        status = q.UpdateStatus.Completed if wait else q.UpdateStatus.Acknowledged
        return q.UpdateResult(operation_id=self.operation, status=status)


class Health(qdrant_pb2_grpc.QdrantServicer):
    def __init__(self, state, version):
        self.state, self.version = state, version

    @rpc
    def HealthCheck(self, request):
        return q.HealthCheckReply(
            title="qdrant - vector search engine", version=self.version, commit="penchant-test-local-mode"
        )


class Collections(collections_service_pb2_grpc.CollectionsServicer):
    def __init__(self, state):
        self.state = state

    @rpc
    def Create(self, request):
        state, name = self.state, request.collection_name
        if name in state.database.collections or name in state.database.aliases:
            raise Refused(grpc.StatusCode.ALREADY_EXISTS, f"Wrong input: Collection `{name}` already exists!")
        vectors, sparse = None, None
        if request.HasField("vectors_config") and request.vectors_config.WhichOneof("config"):
            vectors = GrpcToRest.convert_vectors_config(request.vectors_config)
        if request.HasField("sparse_vectors_config"):
            sparse = GrpcToRest.convert_sparse_vector_config(request.sparse_vectors_config)
        state.database.create_collection(name, vectors_config=vectors, sparse_vectors_config=sparse)
        state.catalog.entries[name] = Entry(request)
        state.catalog.save()
        return q.CollectionOperationResponse(result=True)

    @rpc
    def Get(self, request):
        own, collection = self.state.resolve(request.collection_name)
        return q.GetCollectionInfoResponse(result=self.state.catalog.info(own, collection))

    @rpc
    def List(self, request):
        names = sorted(self.state.database.collections)
        return q.ListCollectionsResponse(collections=[q.CollectionDescription(name=name) for name in names])

    @rpc
    def Update(self, request):
        own, _ = self.state.resolve(request.collection_name)
        request.collection_name = own
        self.state.catalog.update(request)
        return q.CollectionOperationResponse(result=True)

    @rpc
    def Delete(self, request):
        state, name = self.state, request.collection_name
        if name in state.database.collections:
            state.database.collections[name].close()
        existed = state.database.delete_collection(name)
        state.catalog.entries.pop(name, None)
        state.catalog.save()
        return q.CollectionOperationResponse(result=existed)

    @rpc
    def CollectionExists(self, request):
        exists = self.state.database.collection_exists(request.collection_name)
        return q.CollectionExistsResponse(result=q.CollectionExists(exists=exists))

    @rpc
    def UpdateAliases(self, request):
        actions = [GrpcToRest.convert_alias_operations(action) for action in request.actions]
        return q.CollectionOperationResponse(result=self.state.database.update_collection_aliases(actions))

    @rpc
    def ListCollectionAliases(self, request):
        own, _ = self.state.resolve(request.collection_name)
        return _aliases(self.state.database.get_collection_aliases(own))

    @rpc
    def ListAliases(self, request):
        return _aliases(self.state.database.get_aliases())


def _aliases(response):
    return q.ListAliasesResponse(aliases=[RestToGrpc.convert_alias_description(item) for item in response.aliases])


class Points(points_service_pb2_grpc.PointsServicer):
    def __init__(self, state):
        self.state = state

    def _write(self, request, operation):
        result = self.state.write(request.collection_name, request.wait, operation)
        return q.PointsOperationResponse(result=result)

    # -- writes: each is a function of the request part that UpdateBatch shares -------------------

    def _upsert(self, part):
        points = [point_struct(point) for point in part.points]
        condition = filter_of(part, "update_filter")
        mode = GrpcToRest.convert_update_mode(part.update_mode) if part.HasField("update_mode") else None

        def apply(own, collection):
            self.state.catalog.check_limit(own, len(points), "upsert_max_batchsize", "upsert limit")
            collection.upsert(points, update_filter=condition, update_mode=mode)

        return apply

    def _select(self, own, selector):
        if selector.WhichOneof("points_selector_one_of") == "filter":
            self.state.catalog.check_filter(own, selector.filter, for_update=True)
        elif selector.WhichOneof("points_selector_one_of") is None:
            raise invalid("PointSelector is missing")
        return GrpcToRest.convert_points_selector(selector)

    def _delete(self, selector):
        return lambda own, collection: collection.delete(self._select(own, selector))

    def _set_payload(self, part):
        payload, key = grpc_to_payload(part.payload), part.key if part.HasField("key") else None
        return lambda own, collection: collection.set_payload(payload, self._select(own, part.points_selector), key)

    def _overwrite_payload(self, part):
        payload = grpc_to_payload(part.payload)
        return lambda own, collection: collection.overwrite_payload(payload, self._select(own, part.points_selector))

    def _delete_payload(self, part):
        keys = list(part.keys)
        return lambda own, collection: collection.delete_payload(keys, self._select(own, part.points_selector))

    def _clear_payload(self, selector):
        return lambda own, collection: collection.clear_payload(self._select(own, selector))

    def _update_vectors(self, part):
        points = [GrpcToRest.convert_point_vectors(point) for point in part.points]
        condition = filter_of(part, "update_filter")
        return lambda own, collection: collection.update_vectors(points, update_filter=condition)

    def _delete_vectors(self, part):
        names = list(part.vectors.names)
        return lambda own, collection: collection.delete_vectors(names, self._select(own, part.points_selector))

    @rpc
    def Upsert(self, request):
        return self._write(request, self._upsert(request))

    @rpc
    def Delete(self, request):
        return self._write(request, self._delete(request.points))

    @rpc
    def SetPayload(self, request):
        return self._write(request, self._set_payload(request))

    @rpc
    def OverwritePayload(self, request):
        return self._write(request, self._overwrite_payload(request))

    @rpc
    def DeletePayload(self, request):
        return self._write(request, self._delete_payload(request))

    @rpc
    def ClearPayload(self, request):
        return self._write(request, self._clear_payload(request.points))

    @rpc
    def UpdateVectors(self, request):
        return self._write(request, self._update_vectors(request))

    @rpc
    def DeleteVectors(self, request):
        return self._write(request, self._delete_vectors(request))

    @rpc
    def UpdateBatch(self, request):
        self.state.resolve(request.collection_name)
        results = []
        # One after the other, each its own commit; the first error ends the batch and keeps what was done.
        for operation in request.operations:
            name = operation.WhichOneof("operation")
            if name is None:
                raise invalid("Operation is missing")
            part = getattr(operation, name)
            if name in ("delete_deprecated", "clear_payload_deprecated"):
                name, selector = name.removesuffix("_deprecated"), part
            elif name in ("delete_points", "clear_payload"):
                name, selector = name.removesuffix("_points"), part.points
            else:
                selector = part
            apply = getattr(self, f"_{name}")(selector)
            results.append(self.state.write(request.collection_name, request.wait, apply))
        return q.UpdateBatchResponse(result=results)

    # -- payload indexes --------------------------------------------------------------------------

    @rpc
    def CreateFieldIndex(self, request):
        params, kind = request.field_index_params, request.field_index_params.WhichOneof("index_params")
        if request.HasField("field_type"):
            data_type = grpc_field_type_to_payload_schema(request.field_type)
        elif kind:
            data_type = PARAMS_TO_TYPE[kind]
        else:
            raise invalid("field_type or field_index_params is required")
        if kind and PARAMS_TO_TYPE[kind] != data_type:
            raise invalid("field_type and field_index_params do not match")

        def apply(own, collection):
            info = q.PayloadSchemaInfo(data_type=data_type)
            if kind:
                info.params.CopyFrom(params)
            self.state.catalog.of(own).indexes[request.field_name] = info
            self.state.catalog.save()
            collection.payload.drop_index(request.field_name)
            if data_type in INDEX_NARROWS:
                collection.payload.add_index(request.field_name)
            if kind == "text_index_params":
                schema = GrpcToRest.convert_payload_schema_params(params)
                self.state.database.create_payload_index(own, request.field_name, schema)

        return self._write(request, apply)

    @rpc
    def DeleteFieldIndex(self, request):
        def apply(own, collection):
            self.state.catalog.of(own).indexes.pop(request.field_name, None)
            self.state.catalog.save()
            collection.payload.drop_index(request.field_name)
            self.state.database.delete_payload_index(own, request.field_name)

        return self._write(request, apply)

    # -- reads ------------------------------------------------------------------------------------

    @rpc
    def Get(self, request):
        _, collection = self.state.resolve(request.collection_name)
        records = collection.retrieve(
            [GrpcToRest.convert_point_id(point) for point in request.ids],
            with_payload=payload_selector(request, False),
            with_vectors=vectors_selector(request),
        )
        return q.GetResponse(result=[retrieved(record) for record in records])

    @rpc
    def Scroll(self, request):
        own, _ = self.state.resolve(request.collection_name)
        limit = request.limit if request.HasField("limit") else 10
        self._check_read(own, request, limit)
        records, following = self.state.database.scroll(
            own,
            scroll_filter=filter_of(request),
            limit=limit,
            offset=GrpcToRest.convert_point_id(request.offset) if request.HasField("offset") else None,
            order_by=GrpcToRest.convert_order_by(request.order_by) if request.HasField("order_by") else None,
            with_payload=payload_selector(request, True),
            with_vectors=vectors_selector(request),
        )
        response = q.ScrollResponse(result=[retrieved(record) for record in records])
        if following is not None:
            response.next_page_offset.CopyFrom(RestToGrpc.convert_extended_point_id(following))
        return response

    @rpc
    def Count(self, request):
        own, collection = self.state.resolve(request.collection_name)
        self._check_read(own, request)
        return q.CountResponse(result=q.CountResult(count=collection.count(filter_of(request)).count))

    @rpc
    def Query(self, request):
        return q.QueryResponse(result=self._query(request.collection_name, request))

    @rpc
    def QueryBatch(self, request):
        own, _ = self.state.resolve(request.collection_name)
        self.state.catalog.check_limit(own, len(request.query_points), "search_max_batchsize", "search batch size")
        results = [self._query(request.collection_name, part) for part in request.query_points]
        return q.QueryBatchResponse(result=[q.BatchResult(result=points) for points in results])

    def _query(self, name, request):
        own, _ = self.state.resolve(name)
        limit = request.limit if request.HasField("limit") else 10
        self._check_read(own, request, limit)
        for prefetch in request.prefetch:
            self._check_read(own, prefetch)
        response = self.state.database.query_points(
            own,
            query=query_of(request),
            using=request.using if request.HasField("using") else None,
            prefetch=[GrpcToRest.convert_prefetch_query(part) for part in request.prefetch] or None,
            query_filter=filter_of(request),
            search_params=GrpcToRest.convert_search_params(request.params) if request.HasField("params") else None,
            limit=limit,
            offset=request.offset if request.HasField("offset") else None,
            with_payload=payload_selector(request, False),
            with_vectors=vectors_selector(request),
            score_threshold=request.score_threshold if request.HasField("score_threshold") else None,
            lookup_from=GrpcToRest.convert_lookup_location(request.lookup_from)
            if request.HasField("lookup_from")
            else None,
        )
        return [scored(point) for point in response.points]

    def _check_read(self, own, request, limit=None):
        self.state.catalog.check_filter(own, request.filter if request.HasField("filter") else None)
        if limit is not None:
            self.state.catalog.check_limit(own, limit, "max_query_limit", "limit")


def point_struct(point):
    if not point.HasField("id"):
        raise invalid("Empty ID is not allowed")
    if not point.HasField("vectors"):
        raise invalid("Expected some vectors")
    # `construct` skips pydantic, which takes longer than all the rest; local mode validates what matters.
    return construct(
        models.PointStruct,
        id=GrpcToRest.convert_point_id(point.id),
        payload=grpc_to_payload(point.payload),
        vector=GrpcToRest.convert_vectors(point.vectors),
    )


def query_of(request):
    if not request.HasField("query"):
        return None
    if request.query.WhichOneof("variant") == "nearest" and request.query.nearest.WhichOneof("variant") == "dense":
        return construct(models.NearestQuery, nearest=list(request.query.nearest.dense.data), mmr=None)
    return GrpcToRest.convert_query(request.query)


def retrieved(record):
    record.payload = record.payload or {}
    return RestToGrpc.convert_retrieved_point(record)


def scored(point):
    point.payload = point.payload or {}
    return RestToGrpc.convert_scored_point(point)


def filter_of(request, field="filter"):
    return GrpcToRest.convert_filter(getattr(request, field)) if request.HasField(field) else None


def payload_selector(request, default):
    if not request.HasField("with_payload"):
        return default
    return GrpcToRest.convert_with_payload_interface(request.with_payload)


def vectors_selector(request):
    if not request.HasField("with_vectors"):
        return False
    return GrpcToRest.convert_with_vectors_selector(request.with_vectors)


class StandardHealth(grpc.GenericRpcHandler):
    """grpc.health.v1.Health/Check -> SERVING, without another dependency."""

    def service(self, details):
        if details.method == "/grpc.health.v1.Health/Check":
            return grpc.unary_unary_rpc_method_handler(lambda request, context: b"\x08\x01")
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True, help="gRPC port on 127.0.0.1")
    parser.add_argument("--dir", help="directory of the data; without it nothing is kept")
    parser.add_argument("--report-version", default="1.20.0", help="server version told to clients")
    parser.add_argument("--latency-file", help="control file for faults, see faults.py")
    parser.add_argument("--api-key", default=os.environ.get("PENCHANT_QDRANT_API_KEY"))
    parser.add_argument("--full-sync", action="store_true", help="SQLite synchronous=FULL: survive power loss too")
    options = parser.parse_args()

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stdout)
    warnings.filterwarnings("ignore")
    state = State(options)
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=128),
        options=[
            ("grpc.so_reuseport", 0),
            ("grpc.max_receive_message_length", -1),
            ("grpc.max_send_message_length", -1),
            ("grpc.keepalive_permit_without_calls", 1),
            ("grpc.http2.min_ping_interval_without_data_ms", 1000),
            ("grpc.http2.max_ping_strikes", 0),
        ],
    )
    server.add_generic_rpc_handlers((StandardHealth(),))
    qdrant_pb2_grpc.add_QdrantServicer_to_server(Health(state, options.report_version), server)
    collections_service_pb2_grpc.add_CollectionsServicer_to_server(Collections(state), server)
    points_service_pb2_grpc.add_PointsServicer_to_server(Points(state), server)
    server.add_insecure_port(f"127.0.0.1:{options.port}")
    server.start()
    points = sum(len(collection.ids) for collection in state.database.collections.values())
    log.info("ready on 127.0.0.1:%s, %s collections, %s points", options.port, len(state.database.collections), points)

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    log.info("ending")
    server.stop(grace=2).wait()
    with state.lock:
        state.faults.write_stats()
        state.database.close()


if __name__ == "__main__":
    main()
