// What every general client is put through, in this order: write, read, query, documents, voiding, attachments.
//
// A script gives one function for each kind of request, made of its library's own calls:
//
//   about() -> versions                         save(statement) -> id
//   saveAll(statements) -> ids                  get(id), getVoided(id) -> statement, or the status of a refusal
//   query(parameters) -> { statements, more }   more(url) -> { statements, more }
//   voidStatement(id, actor) -> id              activity(id) -> Activity        person(agent) -> Person
//   saveDocument(place, body, { type, etag, noneMatch }) -> status of a PUT
//   mergeDocument(place, body, { etag }) -> status of a POST of JSON
//   getDocument(place) -> { status, body, etag }
//   listDocuments(place, since) -> ids          deleteDocument(place, etag) -> status
//   clearState(place) -> status
//   sendAttachments(statement, [{ type, bytes }]) -> status
//   fetchAttachments(id) -> { SHA-2: base64 }
//   stranger() -> the status that a wrong secret is met with
//
// A `place` is { resource: "activities/state" | "agents/profile" | "activities/profile", id, ... } with the
// `agent`, `activity` and `registration` that the resource wants.
import { randomBytes, randomUUID } from "node:crypto";

import { asSent, check } from "./checks.mjs";
import { sha256 } from "./platform.mjs";

const ids = ({ statements }) => statements.map(({ id }) => id);

/// Runs all checks. `attached` has other functions for the attachments of `text` or of `binary`, where a library
/// spoils them; its script says how.
export async function roundTrip(client, { attached } = {}) {
  const run = randomUUID();
  const ada = { objectType: "Agent", name: "Ada Novak", mbox: `mailto:ada.${run}@example.com` };
  const bob = {
    objectType: "Agent",
    account: { homePage: `https://directory.example.com/${run}`, name: "bob-berg" },
  };
  const practised = { id: `https://verbs.example.com/${run}/practised`, display: { en: "practised", pl: "ćwiczył" } };
  const verb = (name) => ({ id: `http://adlnet.gov/expapi/verbs/${name}`, display: { en: name } });
  const basics = {
    objectType: "Activity",
    id: `https://courses.example.com/${run}/basics`,
    definition: {
      type: "http://adlnet.gov/expapi/activities/course",
      name: { en: "Safety basics", pl: "Podstawy bezpieczeństwa" },
      description: { en: "What everybody must know" },
      extensions: { "https://courses.example.com/extensions/hours": 1.5 },
    },
  };
  const practice = { objectType: "Activity", id: `https://courses.example.com/${run}/practice` };
  const [first, second] = [randomUUID(), randomUUID()];

  check("about: names the version", (await client.about()).includes(client.version), true);

  // Statements. Every one is of this run alone, so that lists can be compared whole.
  const single = {
    id: randomUUID(),
    actor: ada,
    verb: practised,
    object: basics,
    result: {
      score: { scaled: 0.92, raw: 46, min: 0, max: 50 },
      success: true,
      completion: true,
      response: "żółw",
      duration: "PT4M2.5S",
      extensions: { "https://courses.example.com/extensions/tries": [1, { of: null }] },
    },
    context: {
      registration: first,
      language: "pl",
      platform: "Our LMS",
      contextActivities: { parent: [practice] },
      extensions: { "https://courses.example.com/extensions/room": "B 12" },
    },
    timestamp: "2026-10-01T09:00:00.000Z",
  };
  check("statements: one is saved", await client.save(single), single.id);
  const read = await client.get(single.id);
  check("statements: it comes back by its id", asSent(read, single), single);
  check(
    "statements: the server has added what is its own",
    [read.authority?.objectType, Number.isNaN(Date.parse(read.stored))],
    ["Agent", false],
  );

  const statement = (actor, verb, object, registration) => ({
    id: randomUUID(),
    actor,
    verb,
    object: { objectType: "Activity", id: object.id },
    context: { registration },
  });
  const batch = [
    statement(bob, verb("completed"), basics, second),
    statement(ada, verb("completed"), practice, first),
    statement(bob, practised, practice, second),
    statement(ada, verb("passed"), practice, first),
    statement(ada, practised, basics, second),
    statement(ada, verb("failed"), practice, second),
  ];
  check(
    "statements: a batch is saved",
    await client.saveAll(batch),
    batch.map(({ id }) => id),
  );
  check("statements: one of the batch comes back", asSent(await client.get(batch[2].id), batch[2]), batch[2]);
  check("statements: an unknown one is not there", await client.get(randomUUID()), 404);

  // Newest first.
  const all = [single, ...batch];
  const those = (...numbers) => numbers.map((number) => all[number].id);
  const found = async (parameters) => ids(await client.query(parameters));
  check("query: by agent", await found({ agent: ada }), those(6, 5, 4, 2, 0));
  check("query: by agent with an account", await found({ agent: bob }), those(3, 1));
  check("query: by verb", await found({ verb: practised.id }), those(5, 3, 0));
  check("query: by activity", await found({ activity: basics.id }), those(5, 1, 0));
  check(
    "query: by related activity",
    await found({ activity: practice.id, related_activities: true }),
    those(6, 4, 3, 2, 0),
  );
  check("query: by registration", await found({ registration: first }), those(4, 2, 0));
  check("query: since", await found({ agent: ada, since: read.stored }), those(6, 5, 4, 2));
  check("query: until", await found({ agent: ada, until: read.stored }), those(0));
  check("query: ascending", await found({ agent: ada, ascending: true }), those(0, 2, 4, 5, 6));
  check(
    "query: by all of them",
    await found({ agent: ada, verb: practised.id, activity: basics.id, registration: second, since: read.stored }),
    those(5),
  );
  const pages = [];
  let page = await client.query({ agent: ada, limit: 2 });
  pages.push(ids(page));
  while (page.more && pages.length < 10) {
    page = await client.more(page.more);
    pages.push(ids(page));
  }
  check("query: page by page", pages, [those(6, 5), those(4, 2), those(0)]);

  const activity = await client.activity(basics.id);
  check("activity: has its definition", [activity.id, activity.definition], [basics.id, basics.definition]);
  const person = await client.person(ada);
  check("agent: is a Person", [person.objectType, person.name, person.mbox], ["Person", [ada.name], [ada.mbox]]);

  // Documents.
  const state = { resource: "activities/state", agent: ada, activity: basics.id, registration: first };
  await documents(client, "state", { ...state, id: "bookmark" }, read.stored);
  await client.saveDocument({ ...state, id: "one" }, { page: 1 }, {});
  await client.saveDocument({ ...state, id: "two" }, { page: 2 }, {});
  check("state: there are two more", (await client.listDocuments(state)).sort(), ["one", "two"]);
  check("state: all of it is deleted", await client.clearState(state), 204);
  check("state: nothing is left", await client.listDocuments(state), []);
  await documents(client, "agent profile", { resource: "agents/profile", agent: ada, id: "preferences" }, read.stored);
  await documents(
    client,
    "activity profile",
    { resource: "activities/profile", activity: basics.id, id: "settings" },
    read.stored,
  );

  // Voiding.
  const wrong = batch[5];
  const voiding = await client.voidStatement(wrong.id, bob);
  check("voiding: a statement is voided", (await client.get(voiding)).object, {
    objectType: "StatementRef",
    id: wrong.id,
  });
  check("voiding: it is not there any more", await client.get(wrong.id), 404);
  check("voiding: it is there as a voided one", asSent(await client.getVoided(wrong.id), wrong), wrong);
  // The voiding statement refers to one that the query would have found.
  check("voiding: a query has the voiding statement in its place", await found({ agent: ada }), [
    voiding,
    ...those(5, 4, 2, 0),
  ]);

  // Attachments.
  for (const [what, type, bytes] of [
    ["text", "text/plain; charset=utf-8", Buffer.from("Zażółć gęślą jaźń: the proof, in one line.")],
    ["binary", "application/octet-stream", Buffer.concat([Buffer.from([0, 255, 13, 10, 45, 45, 13, 10]), randomBytes(70_000)])],
  ]) {
    const sender = attached?.[what] ?? client;
    const carrying = {
      ...statement(bob, practised, basics, second),
      attachments: [
        {
          usageType: "https://courses.example.com/attachments/proof",
          display: { en: `A proof in ${what}` },
          contentType: type,
          length: bytes.length,
          sha2: sha256(bytes),
        },
      ],
    };
    check(`attachments: ${what} is sent`, await sender.sendAttachments(carrying, [{ type, bytes }]), 200);
    check(`attachments: ${what} comes back`, await sender.fetchAttachments(carrying.id), {
      [sha256(bytes)]: bytes.toString("base64"),
    });
    check(`attachments: the statement with ${what} is whole`, asSent(await client.get(carrying.id), carrying), carrying);
  }

  check("a wrong secret opens nothing", await client.stranger(), 401);
}

/// One document of one resource: made, read, changed only by who knows it, merged, listed, deleted.
async function documents(client, what, place, before) {
  check(`${what}: is not there at first`, (await client.getDocument(place)).status, 404);
  check(`${what}: is saved`, await client.saveDocument(place, { page: 3, done: false }, { noneMatch: "*" }), 204);
  const saved = await client.getDocument(place);
  check(`${what}: comes back`, saved.body, { page: 3, done: false });
  check(
    `${what}: is not made a second time`,
    await client.saveDocument(place, { page: 0 }, { noneMatch: "*" }),
    412,
  );
  check(`${what}: is merged`, await client.mergeDocument(place, { done: true, note: "ok" }, { etag: saved.etag }), 204);
  const merged = await client.getDocument(place);
  check(`${what}: comes back merged`, merged.body, { page: 3, done: true, note: "ok" });
  check(`${what}: has another ETag then`, merged.etag === saved.etag, false);
  check(
    `${what}: is not changed with the old ETag`,
    await client.saveDocument(place, { page: 0 }, { etag: saved.etag }),
    412,
  );
  check(`${what}: is changed with the right one`, await client.saveDocument(place, { page: 4 }, { etag: merged.etag }), 204);
  const changed = await client.getDocument(place);
  check(`${what}: comes back changed`, changed.body, { page: 4 });
  check(`${what}: is listed`, await client.listDocuments(place), [place.id]);
  check(`${what}: is listed since before`, await client.listDocuments(place, before), [place.id]);
  check(`${what}: is not listed since later`, await client.listDocuments(place, "2999-01-01T00:00:00Z"), []);
  check(`${what}: is deleted`, await client.deleteDocument(place, changed.etag), 204);
  check(`${what}: is gone`, (await client.getDocument(place)).status, 404);
}
