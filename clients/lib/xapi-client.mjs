// The functions of a round trip, made of the calls of @xapi/xapi's class XAPI.
import { noting } from "./checks.mjs";
import { sha256 } from "./platform.mjs";

/// The calls for each resource of documents.
const CALLS = {
  "activities/state": {
    save: "setState",
    merge: "createState",
    get: "getState",
    list: "getStates",
    delete: "deleteState",
  },
  "agents/profile": {
    save: "setAgentProfile",
    merge: "createAgentProfile",
    get: "getAgentProfile",
    list: "getAgentProfiles",
    delete: "deleteAgentProfile",
  },
  "activities/profile": {
    save: "setActivityProfile",
    merge: "createActivityProfile",
    get: "getActivityProfile",
    list: "getActivityProfiles",
    delete: "deleteActivityProfile",
  },
};

/// The status of a refusal; anything else that goes wrong is not expected.
function refused(error) {
  if (!error.response) {
    throw error;
  }
  return error.response.status;
}

const status = (answer) => answer.then(({ status }) => status, refused);
/// As an object of this script, where the library lives in a window with an Object of its own.
const own = (value) => JSON.parse(JSON.stringify(value));
const content = (answer) => answer.then(({ data }) => own(data), refused);

function named({ resource, id, agent, activity, registration }) {
  const which = resource === "activities/state" ? { stateId: id, registration } : { profileId: id };
  return { ...which, agent, activityId: activity };
}

/// `xapi` makes the requests, `carrier` those with attachments, `stranger` has a wrong secret; `bytes` makes what
/// the library takes for the content of an attachment.
export function xapiClient({ xapi, carrier = xapi, stranger, bytes = (content) => content }) {
  const document = (call, place, more = {}) => xapi[CALLS[place.resource][call]]({ ...named(place), ...more });
  // The body of a document has another name for each resource.
  const body = ({ resource }, content) => (resource === "activities/state" ? { state: content } : { profile: content });

  return noting("client", {
    about: async () => (await content(xapi.getAbout())).version,
    save: async (statement) => (await content(xapi.sendStatement({ statement })))[0],
    saveAll: (statements) => content(xapi.sendStatements({ statements })),
    get: (statementId) => content(xapi.getStatement({ statementId })),
    getVoided: (voidedStatementId) => content(xapi.getVoidedStatement({ voidedStatementId })),
    query: (parameters) => content(xapi.getStatements(parameters)),
    more: (more) => content(xapi.getMoreStatements({ more })),
    voidStatement: async (statementId, actor) => (await content(xapi.voidStatement({ statementId, actor })))[0],
    activity: (activityId) => content(xapi.getActivity({ activityId })),
    person: (agent) => content(xapi.getAgent({ agent })),

    saveDocument(place, content, { etag, noneMatch }) {
      const match = noneMatch
        ? { etag: noneMatch, matchHeader: "If-None-Match" }
        : etag
          ? { etag, matchHeader: "If-Match" }
          : {};
      return status(document("save", place, { ...body(place, content), ...match }));
    },
    mergeDocument: (place, content, { etag }) =>
      status(document("merge", place, { ...body(place, content), etag, matchHeader: "If-Match" })),
    getDocument: (place) =>
      document("get", place).then(
        ({ status, data, headers }) => ({ status, body: own(data), etag: headers.etag }),
        (error) => ({ status: refused(error) }),
      ),
    listDocuments: (place, since) => content(document("list", place, { since })),
    deleteDocument: (place, etag) => status(document("delete", place, { etag })),
    clearState: (place) => status(xapi.deleteStates(named(place))),

    sendAttachments: (statement, contents) =>
      status(carrier.sendStatement({ statement, attachments: contents.map((each) => bytes(each.bytes)) })),
    async fetchAttachments(statementId) {
      const parts = await content(carrier.getStatement({ statementId, attachments: true }));
      return Object.fromEntries(
        parts.slice(1).map((text) => [sha256(Buffer.from(text)), Buffer.from(text).toString("base64")]),
      );
    },
    stranger: () => status(stranger.getStatements({ limit: 1 })),
  });
}
