// xAPI over the platform's own fetch, for what a library has no way to do.
import { createHash } from "node:crypto";

import { basic, lrs } from "./settings.mjs";

/// Sends one request; answers its status, its headers and its bytes.
export async function request(method, resource, { query = {}, headers = {}, body, type } = {}) {
  const url = new URL(resource, lrs.endpoint);
  url.search = new URLSearchParams(query).toString();
  const response = await fetch(url, {
    method,
    body,
    headers: {
      Authorization: basic(lrs.key, lrs.secret),
      "X-Experience-API-Version": lrs.version,
      ...(type ? { "Content-Type": type } : {}),
      ...headers,
    },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}

export function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/// A `multipart/mixed` body of a statement and what is attached to it.
export function multipart(statement, contents) {
  const boundary = `boundary-${statement.id}`;
  const pieces = [`--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(statement)}\r\n`];
  for (const { type, bytes } of contents) {
    pieces.push(
      `--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: binary\r\n` +
        `X-Experience-API-Hash: ${sha256(bytes)}\r\n\r\n`,
      bytes,
      "\r\n",
    );
  }
  pieces.push(`--${boundary}--\r\n`);
  const body = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
  return { type: `multipart/mixed; boundary=${boundary}`, body };
}

/// The contents of a `multipart/mixed` answer by their SHA-2; the first part, which is JSON, is left out.
export function contentsByHash(type, bytes) {
  const boundary = /boundary="?([^";]+)"?/.exec(type ?? "")?.[1];
  const contents = {};
  const text = bytes.toString("latin1");
  for (const part of boundary ? text.split(`--${boundary}`).slice(2, -1) : []) {
    const end = part.indexOf("\r\n\r\n");
    const hash = /x-experience-api-hash:\s*(\S+)/i.exec(part.slice(0, end))?.[1];
    contents[hash] = Buffer.from(part.slice(end + 4, -2), "latin1").toString("base64");
  }
  return contents;
}

/// As the functions of the same names that the scripts give to the round trip.
export const platform = {
  async sendAttachments(statement, contents) {
    const { status } = await request("POST", "statements", multipart(statement, contents));
    return status;
  },

  async fetchAttachments(id) {
    const query = { statementId: id, attachments: "true" };
    const { headers, bytes } = await request("GET", "statements", { query });
    return contentsByHash(headers.get("content-type"), bytes);
  },
};
