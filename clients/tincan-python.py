"""PyPI's tincan, in every version of 1.0.x it knows: the checks of lib/round-trip.mjs, in its order.

The platform's http.client does what the library has no way to do: merging a document (POST), If-None-Match, the
resources agents and activities, attachments; about, which it takes from no LRS that names a version younger than the
library; and making a profile, which 1.0.x wants to be said to be new (Communication 3.1, XAPI-00273). Where its types
and the standard's differ, the standard's text is given: it would write True as "True", and a time with a space in it.
It saves and deletes states without a registration, and sends every state twice; the answer to the first counts.
"""

import copy
import hashlib
import http.client
import json
import os
import sys
import uuid
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode, urlparse

INSTALLED = os.environ.get("TESTAMUR_TEST_CLIENTS") or Path(__file__).parent.parent / "target" / "clients"
sys.path.insert(0, str(Path(INSTALLED) / "python"))

from tincan import (  # noqa: E402 (the path must be there first)
    Activity,
    ActivityProfileDocument,
    Agent,
    AgentProfileDocument,
    RemoteLRS,
    StateDocument,
    Statement,
    Verb,
)


def needed(name, what):
    value = os.environ.get(name)
    if not value:
        print(f"{name} is not set: it must be {what}; see clients/README.md", file=sys.stderr)
        sys.exit(2)
    return value


ENDPOINT = needed("LRS_ENDPOINT", "the xAPI endpoint, as http://127.0.0.1:8085/xapi/").rstrip("/") + "/"
KEY = needed("LRS_KEY", "the id of a key with every scope")
SECRET = needed("LRS_SECRET", "the secret of that key")
VERSION = needed("LRS_VERSION", "the version of xAPI to speak, as 1.0.3")

# Who made the requests since the last check, and how each was answered.
requested = []
last = ["client"]


class Recording(RemoteLRS):
    """The library's class, noting how each of its requests was answered."""

    def _send_request(self, request):
        answer = super()._send_request(request)
        requested.append(("client", answer.response.status))
        return answer


def open_lrs(secret):
    return Recording(endpoint=ENDPOINT, version=VERSION, username=KEY, password=secret)


lrs = open_lrs(SECRET)


def first_status(call, *given):
    """How the first request of a call of the library was answered."""
    before = len(requested)
    call(*given)
    return requested[before][1]


def platform(method, resource, query=None, headers=None, body=None):
    """One request of the platform: its status, its headers, its bytes."""
    at = urlparse(ENDPOINT)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=60)
    token = b64encode(f"{KEY}:{SECRET}".encode()).decode()
    connection.request(
        method,
        f"{at.path}{resource}?{urlencode(query or {})}",
        body=body,
        headers={"Authorization": f"Basic {token}", "X-Experience-API-Version": VERSION, **(headers or {})},
    )
    response = connection.getresponse()
    content = response.read()
    connection.close()
    requested.append(("platform", response.status))
    return response.status, response, content


def check(name, actual, expected):
    # Without a new request a check is about the last answer.
    last[0] = " and ".join(sorted({by for by, _ in requested})) or last[0]
    requested.clear()
    line = {"check": name, "by": last[0], "ok": actual == expected}
    if not line["ok"]:
        line.update(expected=expected, actual=actual)
    print(json.dumps(line, ensure_ascii=False, default=str), flush=True)
    if not line["ok"]:
        sys.exit(1)


def made(statement):
    # The library's objects write into what they are made from.
    return Statement(copy.deepcopy(statement))


def sent(statement):
    """A statement as the library sends it; it names its own newest version, whatever is spoken."""
    plain = made(statement).as_version(VERSION)
    del plain["version"]
    return plain


def as_sent(returned, statement):
    """What came back, reduced to the members that were sent."""
    plain = returned.as_version(VERSION)
    return {member: plain.get(member) for member in sent(statement)}


def get(statement_id):
    answer = lrs.retrieve_statement(statement_id)
    return answer.content if answer.success else answer.response.status


def ids(result):
    return [str(statement.id) for statement in result.statements]


def query(**parameters):
    answer = lrs.query_statements(parameters)
    assert answer.success, answer.data
    return answer.content


RUN = str(uuid.uuid4())
ADA = {"objectType": "Agent", "name": "Ada Novak", "mbox": f"mailto:ada.{RUN}@example.com"}
BOB = {
    "objectType": "Agent",
    "account": {"homePage": f"https://directory.example.com/{RUN}", "name": "bob-berg"},
}
PRACTISED = {
    "id": f"https://verbs.example.com/{RUN}/practised",
    "display": {"en": "practised", "pl": "ćwiczył"},
}
BASICS = {
    "objectType": "Activity",
    "id": f"https://courses.example.com/{RUN}/basics",
    "definition": {
        "type": "http://adlnet.gov/expapi/activities/course",
        "name": {"en": "Safety basics", "pl": "Podstawy bezpieczeństwa"},
        "description": {"en": "What everybody must know"},
        "extensions": {"https://courses.example.com/extensions/hours": 1.5},
    },
}
PRACTICE = {"objectType": "Activity", "id": f"https://courses.example.com/{RUN}/practice"}
FIRST, SECOND = str(uuid.uuid4()), str(uuid.uuid4())


def agent(of):
    return Agent(copy.deepcopy(of))


def verb(name):
    return {"id": f"http://adlnet.gov/expapi/verbs/{name}", "display": {"en": name}}


def statement(actor, did, about, registration):
    return {
        "id": str(uuid.uuid4()),
        "actor": actor,
        "verb": did,
        "object": {"objectType": "Activity", "id": about["id"]},
        "context": {"registration": registration},
    }


_, _, content = platform("GET", "about")
check("about: names the version", VERSION in json.loads(content)["version"], True)

# Statements.
single = {
    "id": str(uuid.uuid4()),
    "actor": ADA,
    "verb": PRACTISED,
    "object": BASICS,
    "result": {
        "score": {"scaled": 0.92, "raw": 46, "min": 0, "max": 50},
        "success": True,
        "completion": True,
        "response": "żółw",
        "duration": "PT4M2.5S",
        "extensions": {"https://courses.example.com/extensions/tries": [1, {"of": None}]},
    },
    "context": {
        "registration": FIRST,
        "language": "pl",
        "platform": "Our LMS",
        "context_activities": {"parent": [PRACTICE]},
        "extensions": {"https://courses.example.com/extensions/room": "B 12"},
    },
    "timestamp": "2026-10-01T09:00:00.000Z",
}
check("statements: one is saved", str(lrs.save_statement(made(single)).content.id), single["id"])
read = get(single["id"])
check("statements: it comes back by its id", as_sent(read, single), sent(single))
check(
    "statements: the server has added what is its own",
    [read.authority.object_type, read.stored.tzinfo is not None],
    ["Agent", True],
)
stored = read.stored.isoformat()

batch = [
    statement(BOB, verb("completed"), BASICS, SECOND),
    statement(ADA, verb("completed"), PRACTICE, FIRST),
    statement(BOB, PRACTISED, PRACTICE, SECOND),
    statement(ADA, verb("passed"), PRACTICE, FIRST),
    statement(ADA, PRACTISED, BASICS, SECOND),
    statement(ADA, verb("failed"), PRACTICE, SECOND),
]
saved = lrs.save_statements([made(each) for each in batch])
check("statements: a batch is saved", json.loads(saved.data), [each["id"] for each in batch])
check("statements: one of the batch comes back", as_sent(get(batch[2]["id"]), batch[2]), sent(batch[2]))
check("statements: an unknown one is not there", get(str(uuid.uuid4())), 404)

# Queries, newest first.
ALL = [single, *batch]


def those(*numbers):
    return [ALL[number]["id"] for number in numbers]


def found(**parameters):
    return ids(query(**parameters))


practised, basics, practice = Verb(id=PRACTISED["id"]), Activity(id=BASICS["id"]), Activity(id=PRACTICE["id"])
check("query: by agent", found(agent=agent(ADA)), those(6, 5, 4, 2, 0))
check("query: by agent with an account", found(agent=agent(BOB)), those(3, 1))
check("query: by verb", found(verb=practised), those(5, 3, 0))
check("query: by activity", found(activity=basics), those(5, 1, 0))
check(
    "query: by related activity",
    found(activity=practice, related_activities="true"),
    those(6, 4, 3, 2, 0),
)
check("query: by registration", found(registration=FIRST), those(4, 2, 0))
check("query: since", found(agent=agent(ADA), since=stored), those(6, 5, 4, 2))
check("query: until", found(agent=agent(ADA), until=stored), those(0))
check("query: ascending", found(agent=agent(ADA), ascending="true"), those(0, 2, 4, 5, 6))
check(
    "query: by all of them",
    found(agent=agent(ADA), verb=practised, activity=basics, registration=SECOND, since=stored),
    those(5),
)
page = query(agent=agent(ADA), limit=2)
pages = [ids(page)]
while page.more and len(pages) < 10:
    page = lrs.more_statements(page).content
    pages.append(ids(page))
check("query: page by page", pages, [those(6, 5), those(4, 2), those(0)])

_, _, content = platform("GET", "activities", {"activityId": BASICS["id"]})
check(
    "activity: has its definition",
    [json.loads(content)[member] for member in ("id", "definition")],
    [BASICS["id"], BASICS["definition"]],
)
_, _, content = platform("GET", "agents", {"agent": json.dumps(ADA)})
check(
    "agent: is a Person",
    [json.loads(content)[member] for member in ("objectType", "name", "mbox")],
    ["Person", [ADA["name"]], [ADA["mbox"]]],
)


class Resource:
    """A resource of documents: its calls in the library, and how it is named outside."""

    def __init__(self, what, path, id_name, owner, document, save, fetch, listing, delete):
        self.what, self.path, self.id_name, self.owner, self.document = what, path, id_name, owner, document
        self._save, self._fetch, self._listing, self._delete = save, fetch, listing, delete

    def made(self, name, body=None, etag=None):
        content = None if body is None else json.dumps(body)
        return self.document(
            id=name, content=content, content_type="application/json", etag=etag, **self.owner
        )

    def save(self, name, body, etag=None):
        return first_status(self._save, self.made(name, body, etag))

    def fetch(self, name):
        answer = self._fetch(*self.owner.values(), name)
        return answer.response.status, answer.content.content, answer.response.getheader("ETag")

    def listing(self, since=None):
        return self._listing(*self.owner.values(), since=since).content

    def delete(self, name, etag=None):
        return first_status(self._delete, self.made(name, etag=etag))

    def make(self, name, body):
        return self.outside("PUT", name, body, {"If-None-Match": "*"})

    def outside(self, method, name, body, headers):
        """What the library has no way to do."""
        named = {self.id_name: name}
        for member, value in self.owner.items():
            if member == "agent":
                named["agent"] = value.to_json(VERSION)
            else:
                named["activityId"] = value.id
        headers = {"Content-Type": "application/json", **headers}
        status, _, _ = platform(method, self.path, named, headers, json.dumps(body).encode())
        return status


STATE = Resource(
    "state",
    "activities/state",
    "stateId",
    {"activity": basics, "agent": agent(ADA)},
    StateDocument,
    lrs.save_state,
    lrs.retrieve_state,
    lrs.retrieve_state_ids,
    lrs.delete_state,
)
AGENT_PROFILE = Resource(
    "agent profile",
    "agents/profile",
    "profileId",
    {"agent": agent(ADA)},
    AgentProfileDocument,
    lrs.save_agent_profile,
    lrs.retrieve_agent_profile,
    lrs.retrieve_agent_profile_ids,
    lrs.delete_agent_profile,
)
ACTIVITY_PROFILE = Resource(
    "activity profile",
    "activities/profile",
    "profileId",
    {"activity": basics},
    ActivityProfileDocument,
    lrs.save_activity_profile,
    lrs.retrieve_activity_profile,
    lrs.retrieve_activity_profile_ids,
    lrs.delete_activity_profile,
)


def documents(resource, name):
    what = resource.what
    check(f"{what}: is not there at first", resource.fetch(name)[0], 404)
    new = {"page": 3, "done": False}
    made_by = resource.save if resource is STATE else resource.make
    check(f"{what}: is saved", made_by(name, new), 204)
    _, content, saved_etag = resource.fetch(name)
    check(f"{what}: comes back", json.loads(content), new)
    check(
        f"{what}: is not made a second time",
        resource.make(name, {"page": 0}),
        412,
    )
    check(
        f"{what}: is merged",
        resource.outside("POST", name, {"done": True, "note": "ok"}, {"If-Match": saved_etag}),
        204,
    )
    _, content, merged_etag = resource.fetch(name)
    check(f"{what}: comes back merged", json.loads(content), {"page": 3, "done": True, "note": "ok"})
    check(f"{what}: has another ETag then", merged_etag == saved_etag, False)
    check(f"{what}: is not changed with the old ETag", resource.save(name, {"page": 0}, saved_etag), 412)
    check(f"{what}: is changed with the right one", resource.save(name, {"page": 4}, merged_etag), 204)
    _, content, changed_etag = resource.fetch(name)
    check(f"{what}: comes back changed", json.loads(content), {"page": 4})
    check(f"{what}: is listed", resource.listing(), [name])
    check(f"{what}: is listed since before", resource.listing(stored), [name])
    check(f"{what}: is not listed since later", resource.listing("2999-01-01T00:00:00Z"), [])
    check(f"{what}: is deleted", resource.delete(name, changed_etag), 204)
    check(f"{what}: is gone", resource.fetch(name)[0], 404)


# Documents.
documents(STATE, "bookmark")
STATE.save("one", {"page": 1})
STATE.save("two", {"page": 2})
check("state: there are two more", sorted(STATE.listing()), ["one", "two"])
check("state: all of it is deleted", first_status(lrs.clear_state, basics, agent(ADA)), 204)
check("state: nothing is left", STATE.listing(), [])
documents(AGENT_PROFILE, "preferences")
documents(ACTIVITY_PROFILE, "settings")

# Voiding.
wrong = batch[5]
voiding = lrs.save_statement(
    {
        "actor": agent(BOB),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
        "object": {"objectType": "StatementRef", "id": wrong["id"]},
    }
).content.id
check(
    "voiding: a statement is voided",
    get(str(voiding)).object.as_version(VERSION),
    {"objectType": "StatementRef", "id": wrong["id"]},
)
check("voiding: it is not there any more", get(wrong["id"]), 404)
check(
    "voiding: it is there as a voided one",
    as_sent(lrs.retrieve_voided_statement(wrong["id"]).content, wrong),
    sent(wrong),
)
# The voiding statement refers to one that the query would have found.
check(
    "voiding: a query has the voiding statement in its place",
    found(agent=agent(ADA)),
    [str(voiding), *those(5, 4, 2, 0)],
)

# Attachments.
for what, content_type, content in [
    ("text", "text/plain; charset=utf-8", "Zażółć gęślą jaźń: the proof, in one line.".encode()),
    ("binary", "application/octet-stream", b"\x00\xff\r\n--\r\n" + os.urandom(70_000)),
]:
    sha2 = hashlib.sha256(content).hexdigest()
    carrying = {
        **statement(BOB, PRACTISED, BASICS, SECOND),
        "attachments": [
            {
                "usageType": "https://courses.example.com/attachments/proof",
                "display": {"en": f"A proof in {what}"},
                "contentType": content_type,
                "length": len(content),
                "sha2": sha2,
            }
        ],
    }
    boundary = f"boundary-{carrying['id']}"
    body = (
        f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode()
        + made(carrying).to_json(VERSION).encode()
        + f"\r\n--{boundary}\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: binary\r\n".encode()
        + f"X-Experience-API-Hash: {sha2}\r\n\r\n".encode()
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )
    headers = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
    status, _, _ = platform("POST", "statements", headers=headers, body=body)
    check(f"attachments: {what} is sent", status, 200)
    _, response, content_back = platform(
        "GET", "statements", {"statementId": carrying["id"], "attachments": "true"}
    )
    mark = b"--" + response.headers.get_boundary().encode()
    parts = content_back.split(mark)[2:-1]
    came = {}
    for part in parts:
        head, _, rest = part.partition(b"\r\n\r\n")
        part_headers = http.client.parse_headers(BytesIO(head.lstrip(b"\r\n") + b"\r\n\r\n"))
        came[part_headers["X-Experience-API-Hash"]] = b64encode(rest[:-2]).decode()
    check(f"attachments: {what} comes back", came, {sha2: b64encode(content).decode()})
    check(
        f"attachments: the statement with {what} is whole",
        as_sent(get(carrying["id"]), carrying),
        sent(carrying),
    )

check(
    "a wrong secret opens nothing",
    first_status(open_lrs("not-the-secret").query_statements, {"limit": 1}),
    401,
)

# What the library does when left alone: it says nothing of what it expects to be there.
check("agent profile: is not made unsaid", AGENT_PROFILE.save("again", {"page": 1}), 400)
AGENT_PROFILE.make("again", {"page": 1})
check("agent profile: is not overwritten unsaid", AGENT_PROFILE.save("again", {"page": 2}), 409)
