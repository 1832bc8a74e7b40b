// Checks: each prints one line of JSON; the first difference ends the script with status 1.
import { isDeepStrictEqual } from "node:util";

/// Who made the requests since the last check: `client`, or `platform` where the library has no way to do it.
const requested = new Set();
let by = "";

/// The same functions, noting whose they are.
export function noting(whose, functions) {
  return Object.fromEntries(
    Object.entries(functions).map(([name, call]) => [
      name,
      (...given) => {
        requested.add(whose);
        return call(...given);
      },
    ]),
  );
}

export function check(name, actual, expected) {
  // Without a new request a check is about the last answer.
  by = [...requested].sort().join(" and ") || by;
  requested.clear();
  const ok = isDeepStrictEqual(actual, expected);
  console.log(JSON.stringify(ok ? { check: name, by, ok } : { check: name, by, ok, expected, actual }));
  if (!ok) {
    process.exit(1);
  }
}

/// What came back, reduced to the members that were sent: a server may add `id`, `stored`, `authority`, `version`
/// and `timestamp`, and must leave the rest alone.
export function asSent(returned, sent) {
  return Object.fromEntries(Object.keys(sent).map((member) => [member, returned?.[member]]));
}
