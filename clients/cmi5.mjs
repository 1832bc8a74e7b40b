// @xapi/cmi5: a session of an assignable unit, from its launch to its end, in xAPI 1.0.3, the version it speaks.
//
// The unit runs in a window of jsdom, at an origin that is neither the LMS's nor the LRS's, so that every request of
// it is checked as a browser checks it (CORS). The LMS is this script: it serves the fetch URL, and writes the
// launch data and reads the session with the platform's fetch. What the unit's own XAPI object can do is then put
// through the general round trip; its multipart reader spoils what is binary, which is read back with the
// platform's fetch.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { check, noting } from "./lib/checks.mjs";
import { platform, request } from "./lib/platform.mjs";
import { roundTrip } from "./lib/round-trip.mjs";
import { basic, load, lrs } from "./lib/settings.mjs";
import { xapiClient } from "./lib/xapi-client.mjs";

const CATEGORY = "https://w3id.org/xapi/cmi5/context/categories";
const EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions";
const VERBS = "http://adlnet.gov/expapi/verbs";

const lms = noting("platform", { request });
const json = (value) => ({ type: "application/json", body: JSON.stringify(value) });

/// A fetch URL gives its token once (cmi5, 8.2).
async function serveToken(token) {
  let given = false;
  const server = createServer((incoming, answer) => {
    answer.setHeader("Access-Control-Allow-Origin", "*");
    answer.setHeader("Content-Type", "application/json");
    if (incoming.method !== "POST" || given) {
      answer.end(JSON.stringify({ "error-code": "1", "error-text": "The token has been given" }));
      return;
    }
    given = true;
    answer.end(JSON.stringify({ "auth-token": token }));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, url: `http://127.0.0.1:${server.address().port}/token` };
}

// The LMS prepares the launch (cmi5, 10 and 11).
const run = randomUUID();
const registration = randomUUID();
const session = randomUUID();
const unit = `https://courses.example.com/${run}/unit`;
const publisherId = `https://courses.example.com/${run}/as-published`;
const learner = {
  objectType: "Agent",
  account: { homePage: `https://lms.example.com/${run}`, name: "ada-novak" },
};
const launchData = {
  contextTemplate: {
    contextActivities: { grouping: [{ objectType: "Activity", id: publisherId }] },
    extensions: { [`${EXTENSION}/sessionid`]: session },
  },
  launchMode: "Normal",
  launchMethod: "AnyWindow",
  moveOn: "CompletedAndPassed",
  masteryScore: 0.8,
};
const preferences = { languagePreference: "pl,en", audioPreference: "off" };

const place = { activityId: unit, agent: JSON.stringify(learner), registration };
const launched = await lms.request("PUT", "activities/state", {
  query: { ...place, stateId: "LMS.LaunchData" },
  ...json(launchData),
});
check("launch: the launch data is written", launched.status, 204);
const preferred = await lms.request("PUT", "agents/profile", {
  query: { agent: JSON.stringify(learner), profileId: "cmi5LearnerPreferences" },
  headers: { "If-None-Match": "*" },
  ...json(preferences),
});
check("launch: the learner's preferences are written", preferred.status, 204);

// The learner's browser opens the unit.
const { server, url } = await serveToken(basic(lrs.key, lrs.secret).replace("Basic ", ""));
const launch = new URL("http://content.example.net/unit/index.html");
launch.search = new URLSearchParams({
  endpoint: lrs.endpoint,
  fetch: url,
  actor: JSON.stringify(learner),
  activityId: unit,
  registration,
}).toString();
const { JSDOM } = load("jsdom");
const { window } = new JSDOM("<!doctype html><title>A unit</title>", {
  url: launch.href,
  runScripts: "outside-only",
});
window.eval(readFileSync(load.resolve("@xapi/cmi5/dist/Cmi5.umd.js"), "utf8"));

const unitSide = noting("client", {
  initialize: (cmi5) => cmi5.initialize(),
  say: async (cmi5, method, ...given) => (await cmi5[method](...given)).status,
});
const own = (value) => JSON.parse(JSON.stringify(value));

check("launch: the unit knows that it was launched", window.Cmi5.isCmiAvailable, true);
const cmi5 = new window.Cmi5();
const initialized = await unitSide.initialize(cmi5);
check("session: initialized", initialized.status, 200);
check("session: the unit has the launch data", own(cmi5.launchData), launchData);
check("session: the unit has the learner's preferences", own(cmi5.getLearnerPreferences()), preferences);
check("session: progressed", await unitSide.say(cmi5, "progress", 50), 200);
const now = new window.Date();
check(
  "session: answered",
  await unitSide.say(
    cmi5,
    "interactionChoice",
    "test-1",
    "question-1",
    ["brake"],
    ["brake"],
    [{ id: "brake", description: { en: "Brake" } }],
    { en: "Question 1" },
    { en: "What first?" },
    true,
    { start: now, end: now },
  ),
  200,
);
check("session: passed", await unitSide.say(cmi5, "pass", { scaled: 0.9 }), 200);
check("session: completed", await unitSide.say(cmi5, "complete"), 200);
check("session: terminated", await unitSide.say(cmi5, "terminate"), 200);
server.close();

// The LMS reads the session.
const answer = await lms.request("GET", "statements", { query: { registration, ascending: "true" } });
const { statements } = JSON.parse(answer.bytes);
check(
  "session: the LMS reads what was said, in its order",
  statements.map(({ verb }) => verb.id),
  ["initialized", "progressed", "answered", "passed", "completed", "terminated"].map((verb) => `${VERBS}/${verb}`),
);
check(
  "session: each carries the session, the actor and the published id",
  statements.map(({ actor, context }) => [
    actor,
    context.extensions[`${EXTENSION}/sessionid`],
    context.contextActivities.grouping.map(({ id }) => id),
  ]),
  statements.map(() => [learner, session, [publisherId]]),
);
check(
  "session: the categories of cmi5 are there",
  statements.map(({ context }) => (context.contextActivities.category ?? []).map(({ id }) => id.replace(`${CATEGORY}/`, ""))),
  [["cmi5"], [], [], ["cmi5", "moveon"], ["cmi5", "moveon"], ["cmi5"]],
);
const passed = statements[3];
check(
  "session: the pass has its score and the mastery score",
  [passed.result.score, passed.result.success, passed.context.extensions[`${EXTENSION}/masteryscore`]],
  [{ scaled: 0.9 }, true, 0.8],
);

// What else the unit may do with the LRS.
const { xapi } = cmi5;
const XAPI = xapi.constructor;
const client = xapiClient({
  xapi,
  stranger: new XAPI({ endpoint: lrs.endpoint, auth: basic(lrs.key, "not-the-secret") }),
  bytes: (content) => new window.Blob([window.Uint8Array.from(content)]),
});
await roundTrip(
  { ...client, version: lrs.version },
  { attached: { binary: { ...client, ...noting("platform", { fetchAttachments: platform.fetchAttachments }) } } },
);
window.close();
