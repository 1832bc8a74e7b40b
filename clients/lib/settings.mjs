// Where the LRS is and where the client libraries are.
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

function needed(name, what) {
  const value = process.env[name];
  if (!value) {
    console.error(`${name} is not set: it must be ${what}; see clients/README.md`);
    process.exit(2);
  }
  return value;
}

const endpoint = needed("LRS_ENDPOINT", "the xAPI endpoint, as http://127.0.0.1:8085/xapi/");

export const lrs = {
  /// Ends in a slash.
  endpoint: endpoint.endsWith("/") ? endpoint : `${endpoint}/`,
  key: needed("LRS_KEY", "the id of a key with every scope"),
  secret: needed("LRS_SECRET", "the secret of that key"),
  version: needed("LRS_VERSION", "the version of xAPI to speak, as 1.0.3"),
};

/// The value of an `Authorization` header.
export function basic(key, secret) {
  return `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
}

const installed =
  process.env.TESTAMUR_TEST_CLIENTS ?? fileURLToPath(new URL("../../target/clients", import.meta.url));

/// Loads a package, or a file of a package, from where `cargo xtask clients` has installed them.
export const load = createRequire(path.resolve(installed, "package.json"));
