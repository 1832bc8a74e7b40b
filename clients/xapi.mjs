// @xapi/xapi, in 1.0.x and, by the same calls, in 2.0.0.
//
// Attachments go by its adapter "fetch": the default one, axios, sends a Blob in Node as application/octet-stream
// whatever the library asked for. Its multipart reader takes an answer as text and keeps the last line of each part,
// so what is binary is read back with the platform's fetch; it sends it itself.
import { randomUUID } from "node:crypto";

import { asSent, check, noting } from "./lib/checks.mjs";
import { platform } from "./lib/platform.mjs";
import { roundTrip } from "./lib/round-trip.mjs";
import { basic, load, lrs } from "./lib/settings.mjs";
import { xapiClient } from "./lib/xapi-client.mjs";

const XAPI = load("@xapi/xapi");
const open = (secret, adapter) =>
  new XAPI({ endpoint: lrs.endpoint, auth: basic(lrs.key, secret), version: lrs.version, adapter });

const client = xapiClient({
  xapi: open(lrs.secret),
  carrier: open(lrs.secret, "fetch"),
  stranger: open("not-the-secret"),
});

await roundTrip(
  { ...client, version: lrs.version },
  { attached: { binary: { ...client, ...noting("platform", { fetchAttachments: platform.fetchAttachments }) } } },
);

if (lrs.version.startsWith("2.")) {
  // What only 2.0 has: the agents and groups that a statement is about beside its actor.
  const run = randomUUID();
  const supervisor = { objectType: "Agent", mbox: `mailto:supervisor.${run}@example.com` };
  const statement = {
    id: randomUUID(),
    actor: { mbox: `mailto:learner.${run}@example.com` },
    verb: { id: "http://adlnet.gov/expapi/verbs/completed" },
    object: { objectType: "Activity", id: `https://courses.example.com/${run}` },
    context: {
      contextAgents: [
        {
          objectType: "contextAgent",
          agent: supervisor,
          relevantTypes: ["https://roles.example.com/supervisor"],
        },
      ],
    },
  };
  check("2.0: a statement with a context agent is saved", await client.save(statement), statement.id);
  check("2.0: it comes back whole", asSent(await client.get(statement.id), statement), statement);
  const { statements } = await client.query({ agent: supervisor, related_agents: true });
  check(
    "2.0: it is found by its context agent",
    statements.map(({ id }) => id),
    [statement.id],
  );
}
