#!/usr/bin/env python3
"""What the store relies on, checked with the official Python client over gRPC against ADDRESS (HOST:PORT).

It runs against the local-mode server and a real one alike; run it on a real one to see where they differ.
    ./qdrant.sh python selftest.py 127.0.0.1:6334
"""

import sys
import uuid

import grpc
from qdrant_client import QdrantClient, grpc as q, models
from qdrant_client.grpc import qdrant_pb2_grpc

NAME = f"selftest-{uuid.uuid4().hex[:8]}"
failures = []


def check(what, got, want=True):
    if got != want:
        failures.append(what)
        print(f"FAIL {what}: got {got!r}, want {want!r}")


def refused(what, code, call):
    try:
        call()
    except grpc.RpcError as error:
        check(what, error.code(), code)
    else:
        check(what, "accepted", code)


def where(**fields):
    return models.Filter(
        must=[models.FieldCondition(key=key, match=models.MatchValue(value=value)) for key, value in fields.items()]
    )


def at_most(key, most):
    return models.Filter(must=[models.FieldCondition(key=key, range=models.Range(lte=most))])


def point(number, payload, context=None, content=None):
    vectors = {name: vector for name, vector in (("context", context), ("content", content)) if vector}
    return models.PointStruct(id=str(uuid.UUID(int=number)), vector=vectors, payload=payload)


def ids(points):
    return sorted(uuid.UUID(item.id).int for item in points)


def main(address):
    client = connect(address)
    try:
        exercise(client, address)
    finally:
        for item in client.get_collections().collections:
            if item.name.startswith(NAME):
                client.delete_collection(item.name)
    print(f"{len(failures)} failures")
    return 1 if failures else 0


def connect(address):
    host, port = address.rsplit(":", 1)
    return QdrantClient(
        host=host, grpc_port=int(port), prefer_grpc=True, check_compatibility=False, timeout=20, https=False
    )


def exercise(client, address):
    raw = client.grpc_points
    health = qdrant_pb2_grpc.QdrantStub(grpc.insecure_channel(address)).HealthCheck(q.HealthCheckRequest())
    print(f"server {health.title} {health.version} {health.commit}")

    # Collections
    config = {
        name: models.VectorParams(size=4, distance=models.Distance.COSINE) for name in ("context", "content")
    }
    hnsw = models.HnswConfigDiff(m=0, payload_m=16)
    check("exists before", client.collection_exists(NAME), False)
    refused("get missing collection", grpc.StatusCode.NOT_FOUND, lambda: client.get_collection(NAME))
    refused("count in missing collection", grpc.StatusCode.NOT_FOUND, lambda: client.count(NAME))
    refused("upsert to missing collection", grpc.StatusCode.NOT_FOUND,
            lambda: client.upsert(NAME, [point(1, {}, [1, 0, 0, 0])]))
    check("create", client.create_collection(NAME, config, hnsw_config=hnsw))
    refused("create again", grpc.StatusCode.ALREADY_EXISTS, lambda: client.create_collection(NAME, config))
    check("exists", client.collection_exists(NAME))
    check("listed", NAME in [item.name for item in client.get_collections().collections])
    tenant = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
    client.create_payload_index(NAME, "owner", tenant, wait=True)
    client.create_payload_index(NAME, "epoch", models.PayloadSchemaType.INTEGER, wait=True)
    info = client.get_collection(NAME)
    check("size kept", info.config.params.vectors["context"].size, 4)
    check("hnsw kept", (info.config.hnsw_config.m, info.config.hnsw_config.payload_m), (0, 16))
    check("indexes", sorted(info.payload_schema), ["epoch", "owner"])
    check("tenant index kept", info.payload_schema["owner"].params.is_tenant)

    # Upsert and read back
    payload = {"owner": "t|u1", "epoch": 3, "big": 2**53 + 1, "negative": -7, "ratio": 0.25, "on": True, "no": None,
               "text": "żółw\n\"x\"", "list": [1, "a", {"b": []}], "deep": {"a": {"b": [1.5]}}}
    result = client.upsert(NAME, [point(1, payload, [3, 4, 0, 0], [0, 0, 2, 0])], wait=True)
    check("wait answers completed", result.status, models.UpdateStatus.COMPLETED)
    result = client.upsert(NAME, [point(2, {"owner": "t|u2", "epoch": 1}, [0, 1, 0, 0])], wait=False)
    check("no wait answers acknowledged", result.status, models.UpdateStatus.ACKNOWLEDGED)
    client.upsert(NAME, [point(3, {"owner": "t|u1", "epoch": 5}, [1, 0, 0, 0]), point(4, {"owner": "t|u1", "head": True})], wait=True)
    one = client.retrieve(NAME, [str(uuid.UUID(int=1))], with_payload=True, with_vectors=True)[0]
    check("payload comes back", one.payload, payload)
    check("cosine vectors come back normalised", [round(x, 6) for x in one.vector["context"]], [0.6, 0.8, 0, 0])
    check("point without vectors", client.retrieve(NAME, [str(uuid.UUID(int=4))], with_vectors=True)[0].vector, {})
    check("missing points are left out", client.retrieve(NAME, [str(uuid.UUID(int=99))]), [])
    check("payload off by default on get", dict(raw.Get(q.GetPoints(collection_name=NAME, ids=[q.PointId(uuid=str(uuid.UUID(int=1)))])).result[0].payload), {})
    check("payload on by default on scroll", len(raw.Scroll(q.ScrollPoints(collection_name=NAME)).result[0].payload) > 0)

    # Refusals
    bad = grpc.StatusCode.INVALID_ARGUMENT
    refused("wrong size", bad, lambda: client.upsert(NAME, [point(9, {}, [1, 2, 3])], wait=True))
    refused("wrong vector name", bad, lambda: client.upsert(NAME, [models.PointStruct(id=9, vector={"x": [1, 0, 0, 0]})], wait=True))
    refused("wrong size in a query", bad, lambda: client.query_points(NAME, [1.0, 2.0], using="context"))
    refused("wrong name in a query", bad, lambda: client.query_points(NAME, [1.0, 0, 0, 0], using="x"))
    refused("no vectors field", bad, lambda: raw.Upsert(q.UpsertPoints(collection_name=NAME, wait=True, points=[q.PointStruct(id=q.PointId(num=9))])))
    refused("scroll limit 0", bad, lambda: client.scroll(NAME, limit=0))
    check("nothing of a refused batch stays", refused_batch(client), 0)

    # Queries and filters
    found = client.query_points(NAME, [1.0, 0, 0, 0], using="context", query_filter=where(owner="t|u1"), with_payload=["epoch"], limit=5).points
    check("query order", [uuid.UUID(item.id).int for item in found], [3, 1])
    check("query scores", [round(item.score, 6) for item in found], [1.0, 0.6])
    check("payload selector", found[1].payload, {"epoch": 3})
    check("score threshold", ids(client.query_points(NAME, [1.0, 0, 0, 0], using="context", score_threshold=0.9).points), [3])
    both = client.query_batch_points(NAME, [
        models.QueryRequest(query=[1.0, 0, 0, 0], using="context", filter=where(owner="t|u2"), limit=3),
        models.QueryRequest(query=[0, 0, 1.0, 0], using="content", limit=3),
    ])
    check("query batch", [ids(part.points) for part in both], [[2], [1]])
    scrolled = lambda condition: ids(client.scroll(NAME, condition, limit=100)[0])
    check("integer range", scrolled(at_most("epoch", 3)), [1, 2])
    check("must_not", scrolled(models.Filter(must=where(owner="t|u1").must, must_not=where(head=True).must)), [1, 3])
    check("should", scrolled(models.Filter(should=where(epoch=1).must + where(head=True).must)), [2, 4])
    check("nested filters", scrolled(models.Filter(must=[where(owner="t|u1"), models.Filter(should=where(epoch=3).must + where(epoch=1).must)])), [1])
    check("match any", scrolled(models.Filter(must=[models.FieldCondition(key="owner", match=models.MatchAny(any=["t|u2", "x"]))])), [2])
    check("has id", scrolled(models.Filter(must=[models.HasIdCondition(has_id=[str(uuid.UUID(int=n)) for n in (2, 4, 77)])])), [2, 4])
    check("is empty", scrolled(models.Filter(must=[models.IsEmptyCondition(is_empty=models.PayloadField(key="epoch"))])), [4])
    check("count", client.count(NAME, where(owner="t|u1"), exact=True).count, 3)
    page, following = client.scroll(NAME, limit=3)
    rest, last = client.scroll(NAME, limit=3, offset=following)
    check("pages", (ids(page), ids(rest), last), ([1, 2, 3], [4], None))
    page, following = client.scroll(NAME, where(owner="t|u1"), limit=2)
    check("filtered pages", (ids(page), ids(client.scroll(NAME, where(owner="t|u1"), limit=2, offset=following)[0])), ([1, 3], [4]))

    number = str(uuid.UUID(int=1))
    got = client.retrieve(NAME, [number], with_vectors=True)[0].vector
    asked = client.query_points(NAME, [0.3, 0.1, 0.2, 0.7], using="context", query_filter=where(epoch=3), with_vectors=True).points[0].vector
    check("reading changes no bit of a vector", (asked, client.retrieve(NAME, [number], with_vectors=True)[0].vector), (got, got))

    # Conditional upserts: the condition guards existing points only; missing ones are inserted unless update-only.
    def epoch_of(number):
        records = client.retrieve(NAME, [str(uuid.UUID(int=number))])
        return records[0].payload.get("epoch") if records else None

    def upsert(number, epoch, condition=None, mode=None):
        client.upsert(NAME, [point(number, {"owner": "c", "epoch": epoch}, [1, 0, 0, 0])], wait=True,
                      update_filter=condition, update_mode=mode)
        return epoch_of(number)

    insert_only, update_only = models.UpdateMode.INSERT_ONLY, models.UpdateMode.UPDATE_ONLY
    check("condition false on a missing point inserts", upsert(20, 7, at_most("epoch", 0)), 7)
    check("condition true updates", upsert(20, 8, at_most("epoch", 8)), 8)
    check("condition false keeps", upsert(20, 9, at_most("epoch", 7)), 8)
    check("insert-only keeps an existing point", upsert(20, 10, None, insert_only), 8)
    check("insert-only inserts", upsert(21, 1, None, insert_only), 1)
    check("update-only inserts nothing", upsert(22, 1, None, update_only), None)
    check("update-only with a true condition", upsert(21, 2, at_most("epoch", 2), update_only), 2)
    check("update-only with a false condition", upsert(21, 3, at_most("epoch", 1), update_only), 2)
    client.upsert(NAME, [point(20, {"epoch": 30}, [1, 0, 0, 0]), point(21, {"epoch": 30}, [1, 0, 0, 0])], wait=True,
                  update_filter=at_most("epoch", 4))
    check("each point of a batch is judged alone", (epoch_of(20), epoch_of(21)), (8, 30))

    # Payload writes, deletes, batches
    client.set_payload(NAME, {"note": "x"}, points=[str(uuid.UUID(int=3))], wait=True)
    check("set payload merges", client.retrieve(NAME, [str(uuid.UUID(int=3))])[0].payload, {"owner": "t|u1", "epoch": 5, "note": "x"})
    client.overwrite_payload(NAME, {"owner": "t|u9"}, points=[str(uuid.UUID(int=3))], wait=True)
    check("overwrite payload", client.retrieve(NAME, [str(uuid.UUID(int=3))])[0].payload, {"owner": "t|u9"})
    check("index follows", (scrolled(where(owner="t|u9")), scrolled(where(owner="t|u1"))), ([3], [1, 4]))
    client.delete(NAME, models.PointIdsList(points=[str(uuid.UUID(int=3))]), wait=True)
    check("delete by id", epoch_of(3) is None and scrolled(where(owner="t|u9")) == [])
    client.delete(NAME, models.FilterSelector(filter=where(owner="c")), wait=True)
    check("delete by filter", client.count(NAME, where(owner="c")).count, 0)
    client.upsert(NAME, [point(3, {"owner": "t|u1"}, [0, 0, 0, 1])], wait=True)
    check("a deleted id can return", scrolled(where(owner="t|u1")), [1, 3, 4])
    results = client.batch_update_points(NAME, [
        models.UpsertOperation(upsert=models.PointsList(points=[point(30, {"owner": "b"}, [1, 0, 0, 0]), point(31, {"owner": "b"})])),
        models.SetPayloadOperation(set_payload=models.SetPayload(payload={"epoch": 2}, filter=where(owner="b"))),
        models.OverwritePayloadOperation(overwrite_payload=models.SetPayload(payload={"owner": "b2"}, points=[str(uuid.UUID(int=30))])),
        models.DeleteOperation(delete=models.PointIdsList(points=[str(uuid.UUID(int=31))])),
    ], wait=True)
    check("batch results", [result.status for result in results], [models.UpdateStatus.COMPLETED] * 4)
    check("batch effect", (scrolled(where(owner="b")), scrolled(where(owner="b2"))), ([], [30]))

    client.update_vectors(NAME, [models.PointVectors(id=str(uuid.UUID(int=30)), vector={"content": [0, 5, 0, 0]})], wait=True)
    one = client.retrieve(NAME, [str(uuid.UUID(int=30))], with_vectors=True)[0]
    check("update vectors keeps the others", one.vector, {"context": [1, 0, 0, 0], "content": [0, 1, 0, 0]})
    client.delete_vectors(NAME, ["context"], [str(uuid.UUID(int=30))], wait=True)
    check("delete vectors", list(client.retrieve(NAME, [str(uuid.UUID(int=30))], with_vectors=True)[0].vector), ["content"])
    client.delete_payload(NAME, ["owner"], [str(uuid.UUID(int=30))], wait=True)
    check("delete payload", scrolled(where(owner="b2")), [])
    client.clear_payload(NAME, [str(uuid.UUID(int=1))], wait=True)
    check("clear payload", scrolled(where(owner="t|u1")), [3, 4])

    # Aliases
    alias = NAME + "-alias"
    create = models.CreateAliasOperation(create_alias=models.CreateAlias(collection_name=NAME, alias_name=alias))
    check("alias", client.update_collection_aliases([create]))
    check("read by alias", client.count(alias).count, client.count(NAME).count)
    check("aliases of the collection", [item.alias_name for item in client.get_collection_aliases(NAME).aliases], [alias])
    check("all aliases", (alias, NAME) in [(item.alias_name, item.collection_name) for item in client.get_aliases().aliases])
    client.create_collection(NAME + "-2", config)
    client.update_collection_aliases([
        models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias)),
        models.CreateAliasOperation(create_alias=models.CreateAlias(collection_name=NAME + "-2", alias_name=alias)),
    ])
    check("alias moved", client.count(alias).count, 0)

    # Strict mode
    strict = NAME + "-strict"
    client.create_collection(strict, config, strict_mode_config=models.StrictModeConfig(
        enabled=True, unindexed_filtering_retrieve=False, unindexed_filtering_update=False, max_query_limit=100, upsert_max_batchsize=2))
    refused("unindexed filter", bad, lambda: client.scroll(strict, where(owner="x")))
    refused("unindexed delete", bad, lambda: client.delete(strict, models.FilterSelector(filter=where(owner="x")), wait=True))
    refused("limit", bad, lambda: client.scroll(strict, limit=101))
    refused("batch size", bad, lambda: client.upsert(strict, [point(n, {}, [1, 0, 0, 0]) for n in range(3)], wait=True))
    client.create_payload_index(strict, "owner", tenant, wait=True)
    check("indexed filter", client.scroll(strict, where(owner="x"))[0], [])
    refused("wrong index type", bad, lambda: client.scroll(strict, at_most("owner", 3)))

    client.delete_payload_index(NAME, "epoch", wait=True)
    check("index gone", sorted(client.get_collection(NAME).payload_schema), ["owner"])
    for name in (NAME, NAME + "-2", strict):
        check(f"delete {name}", client.delete_collection(name))
    check("delete again", client.delete_collection(NAME), False)


def refused_batch(client):
    before = client.count(NAME).count
    try:
        client.upsert(NAME, [point(50, {}, [1, 0, 0, 0]), point(51, {}, [1, 0])], wait=True)
    except grpc.RpcError:
        pass
    return client.count(NAME).count - before


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
