// adl-xapiwrapper, in 1.0.1, the version it names.
//
// It has no calls for deleting or replacing a JSON document (it POSTs every object), nor for attachments; those go by
// its xapi_request, which the calls it has are made of.
import { randomUUID } from "node:crypto";

import { check, noting } from "./lib/checks.mjs";
import { contentsByHash, multipart } from "./lib/platform.mjs";
import { roundTrip } from "./lib/round-trip.mjs";
import { load, lrs } from "./lib/settings.mjs";

const adl = load("adl-xapiwrapper");

const auth = { user: lrs.key, pass: lrs.secret };
const wrapper = new adl.XAPIWrapper({ url: lrs.endpoint, auth });

/// Calls a function that ends by a callback with the error, the response and the body.
function call(run) {
  return new Promise((resolve, reject) =>
    run((error, response, body) => (error ? reject(error) : resolve({ response, status: response.statusCode, body }))),
  );
}

const wrapped = (method, ...given) => call((done) => wrapper[method](...given, done));
const requested = (method, resource, options, body) =>
  call((done) => adl.xapi_request({ method, url: lrs.endpoint + resource, auth, ...options }, body, done));

/// The body of an answer, or the status of a refusal.
const read = ({ status, body }) => (status === 200 ? JSON.parse(body) : status);

function save({ resource, id, agent, activity, registration }, content, etag, noneMatch) {
  switch (resource) {
    case "activities/state":
      return wrapped("sendState", activity, agent, id, registration, content, etag, noneMatch);
    case "agents/profile":
      return wrapped("sendAgentProfile", agent, id, content, etag, noneMatch);
    default:
      return wrapped("sendActivityProfile", activity, id, content, etag, noneMatch);
  }
}

/// One document by its id, or the ids since a time.
function fetched({ resource, agent, activity, registration }, id, since) {
  const after = since && new Date(since);
  switch (resource) {
    case "activities/state":
      return wrapped("getState", activity, agent, id, registration, after);
    case "agents/profile":
      return wrapped("getAgentProfile", agent, id, after);
    default:
      return wrapped("getActivityProfile", activity, id, after);
  }
}

/// The parameters that name a document.
function named({ resource, id, agent, activity, registration }) {
  return {
    ...(activity && { activityId: activity }),
    ...(agent && { agent: JSON.stringify(agent) }),
    ...(registration && { registration }),
    ...(id && { [resource === "activities/state" ? "stateId" : "profileId"]: id }),
  };
}

async function remove(place, etag) {
  const headers = etag ? { "If-Match": etag } : {};
  return (await requested("DELETE", place.resource, { qs: named(place), headers })).status;
}

const client = noting("client", {
  about: async () => read(await requested("GET", "about", {})).version,
  save: async (statement) => read(await wrapped("sendStatements", statement))[0],
  saveAll: async (statements) => read(await wrapped("sendStatements", statements)),
  get: async (statementId) => read(await wrapped("getStatements", { statementId }, null)),
  getVoided: async (voidedStatementId) => read(await wrapped("getStatements", { voidedStatementId }, null)),
  query: async ({ agent, ...parameters }) =>
    read(await wrapped("getStatements", { ...parameters, ...(agent && { agent: JSON.stringify(agent) }) }, null)),
  more: async (more) => read(await wrapped("getStatements", null, more)),
  voidStatement: async (id, actor) =>
    read(
      await wrapped("sendStatements", {
        actor,
        verb: { id: "http://adlnet.gov/expapi/verbs/voided" },
        object: { objectType: "StatementRef", id },
      }),
    )[0],
  activity: async (id) => read(await wrapped("getActivities", id)),
  person: async (agent) => read(await wrapped("getAgents", agent)),

  async saveDocument(place, content, { etag, noneMatch }) {
    if (etag) {
      const options = { qs: named(place), headers: { "If-Match": etag } };
      return (await requested("PUT", place.resource, options, JSON.stringify(content))).status;
    }
    return (await save(place, content, undefined, noneMatch)).status;
  },
  mergeDocument: async (place, content, { etag }) => (await save(place, content, etag)).status,
  async getDocument(place) {
    const { response, status, body } = await fetched(place, place.id);
    return status === 200 ? { status, body: JSON.parse(body), etag: response.headers.etag } : { status };
  },
  listDocuments: async (place, since) => read(await fetched(place, undefined, since)),
  deleteDocument: remove,
  clearState: (place) => remove(place),

  async sendAttachments(statement, contents) {
    const { type, body } = multipart(statement, contents);
    return (await requested("POST", "statements", { headers: { "Content-Type": type } }, body)).status;
  },
  async fetchAttachments(statementId) {
    const { response, body } = await requested("GET", "statements", {
      qs: { statementId, attachments: true },
      encoding: null,
    });
    return contentsByHash(response.headers["content-type"], body);
  },
  async stranger() {
    const stranger = new adl.XAPIWrapper({ url: lrs.endpoint, auth: { user: lrs.key, pass: "not-the-secret" } });
    return (await call((done) => stranger.getStatements({ limit: 1 }, null, done))).status;
  },
});

await roundTrip({ ...client, version: lrs.version });

// What is not an object it PUTs, under a type that it spells application/octect-stream.
const run = randomUUID();
const note = {
  resource: "activities/state",
  id: "note",
  agent: { mbox: `mailto:ada.${run}@example.com` },
  activity: `https://courses.example.com/${run}`,
};
check("state: a text is saved", (await save(note, "Zażółć gęślą jaźń")).status, 204);
const { response, body } = await fetched(note, note.id);
check(
  "state: the text comes back under its type",
  [response.headers["content-type"], body],
  ["application/octect-stream", "Zażółć gęślą jaźń"],
);
