// tincanjs, in every version of 1.0.x it knows, by its build for Node.
//
// It has no call for the agents resource, so that goes by its own sendRequest. Its build for Node turns a body into
// a string, which spoils bytes that are not UTF-8: what is binary is sent with the platform's fetch, and read back
// by the library.
import { noting } from "./lib/checks.mjs";
import { platform } from "./lib/platform.mjs";
import { roundTrip } from "./lib/round-trip.mjs";
import { load, lrs } from "./lib/settings.mjs";

const TinCan = load("tincanjs");

const open = (secret) =>
  new TinCan.LRS({
    endpoint: lrs.endpoint,
    username: lrs.key,
    password: secret,
    version: lrs.version,
    allowFail: false,
  });
const store = open(lrs.secret);

/// Calls a method of the library that ends by a callback; a refusal rejects with its status.
function call(method, ...given) {
  return new Promise((resolve, reject) => {
    const cfg = given.pop();
    store[method](...given, {
      ...cfg,
      callback: (error, result) => (error === null ? resolve(result) : reject({ refused: error })),
    });
  });
}

/// The status of a refusal; anything else that goes wrong is not expected.
function refused(error) {
  if (typeof error?.refused !== "number") {
    throw error?.refused ?? error;
  }
  return error.refused;
}

const status = (answer) => answer.then((xhr) => xhr.status, refused);
/// The library's objects write into what they are made from.
const made = (Type, from) => new Type(structuredClone(from));
const plain = (object) => JSON.parse(JSON.stringify(object.asVersion(lrs.version)));
/// As JSON, which leaves out when it was stored.
const whole = (statement) => ({ ...plain(statement), stored: statement.stored });
const statements = ({ statements, more }) => ({ statements: statements.map(whole), more });

/// The calls for each resource of documents.
const CALLS = {
  "activities/state": { save: "saveState", get: "retrieveState", list: "retrieveStateIds", drop: "dropState" },
  "agents/profile": {
    save: "saveAgentProfile",
    get: "retrieveAgentProfile",
    list: "retrieveAgentProfileIds",
    drop: "dropAgentProfile",
  },
  "activities/profile": {
    save: "saveActivityProfile",
    get: "retrieveActivityProfile",
    list: "retrieveActivityProfileIds",
    drop: "dropActivityProfile",
  },
};

function where({ agent, activity, registration }) {
  return {
    ...(agent && { agent: made(TinCan.Agent, agent) }),
    ...(activity && { activity: new TinCan.Activity({ id: activity }) }),
    ...(registration && { registration }),
  };
}

function save(place, content, { etag, noneMatch, method }) {
  const requestHeaders = noneMatch ? { "If-None-Match": noneMatch } : {};
  const cfg = { ...where(place), contentType: "application/json", lastSHA1: etag, method, requestHeaders };
  return status(call(CALLS[place.resource].save, place.id, content, cfg));
}

const client = noting("client", {
  about: async () => (await call("about", {})).version,
  async save(statement) {
    await call("saveStatement", made(TinCan.Statement, statement), {});
    return statement.id;
  },
  async saveAll(statements) {
    const xhr = await call("saveStatements", statements.map((statement) => made(TinCan.Statement, statement)), {});
    return JSON.parse(xhr.responseText);
  },
  get: (id) => call("retrieveStatement", id, {}).then(whole, refused),
  getVoided: (id) => call("retrieveVoidedStatement", id, {}).then(whole, refused),
  async query(parameters) {
    const { agent } = parameters;
    const params = { ...parameters, ...(agent && { agent: made(TinCan.Agent, agent) }) };
    return statements(await call("queryStatements", { params }));
  },
  more: async (url) => statements(await call("moreStatements", { url })),
  voidStatement(id, actor) {
    const client = new TinCan({ recordStores: [{ ...store, allowFail: false }] });
    return new Promise((resolve, reject) => {
      const done = ([{ err }], { id }) => (err === null ? resolve(id) : reject({ refused: err }));
      client.voidStatement(id, done, { actor: made(TinCan.Agent, actor) });
    });
  },
  activity: async (id) => plain(await call("retrieveActivity", id, {})),
  async person(agent) {
    const xhr = await call("sendRequest", { url: "agents", method: "GET", params: { agent: JSON.stringify(agent) } });
    return JSON.parse(xhr.responseText);
  },

  saveDocument: save,
  mergeDocument: (place, content, match) => save(place, content, { ...match, method: "POST" }),
  getDocument: (place) =>
    call(CALLS[place.resource].get, place.id, where(place)).then((document) =>
      document ? { status: 200, body: document.contents, etag: document.etag } : { status: 404 },
    ),
  listDocuments: (place, since) => call(CALLS[place.resource].list, { ...where(place), ...(since && { since }) }),
  deleteDocument: (place, etag) =>
    status(
      call(CALLS[place.resource].drop, place.id, { ...where(place), requestHeaders: { "If-Match": etag } }),
    ),
  clearState: (place) => status(call("dropState", null, where(place))),

  async sendAttachments(statement, contents) {
    const carrying = made(TinCan.Statement, statement);
    contents.forEach(({ bytes }, at) => carrying.attachments[at].setContent(new Uint8Array(bytes).buffer));
    // One with an id is PUT, which is answered without content.
    const answered = await status(call("saveStatement", carrying, {}));
    return answered === 204 ? 200 : answered;
  },
  async fetchAttachments(id) {
    const { attachments } = await call("retrieveStatement", id, { params: { attachments: true } });
    return Object.fromEntries(
      attachments.map(({ sha2, content }) => [sha2, Buffer.from(content ?? []).toString("base64")]),
    );
  },
  stranger: () =>
    new Promise((resolve) =>
      open("not-the-secret").queryStatements({ params: { limit: 1 }, callback: (error) => resolve(error) }),
    ),
});

await roundTrip(
  { ...client, version: lrs.version },
  { attached: { binary: { ...client, ...noting("platform", { sendAttachments: platform.sendAttachments }) } } },
);
