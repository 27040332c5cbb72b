// HTTP on sockets: one request in, one answer out. Knows nothing of orders.

import { randomBytes } from "node:crypto";
import { createServer, STATUS_CODES } from "node:http";
import { gzipSync } from "node:zlib";
import { problem, Refusal } from "./problems.mjs";

const MAX_BODY = 1024 * 1024;
const MAX_WAIT = 8 * MAX_BODY;

/** A server; `answer` turns a request into an answer, `now` gives the time of `Date` in milliseconds. */
export function serverOf(answer, now) {
  const options = { connectionsCheckingInterval: 500, headersTimeout: 10_000, requestTimeout: 10_000 };
  const server = createServer({ ...options, keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    incoming.on("error", () => {}); // a body that breaks off is answered by clientError, and never taken for none
    void serve(incoming, outgoing, answer, now);
  });
  server.httpAllowHalfOpen = true; // who has said all may close his side, and is answered
  server.on("clientError", refuseWhatIsNotHttp);
  server.on("connect", (_, socket) => refuseWhatIsNotHttp({ status: 405 }, socket));
  return server;
}

async function serve(incoming, outgoing, answer, now) {
  const body = await bodyOf(incoming);
  if (body === null) return;
  const requestId = randomBytes(12).toString("base64url");
  const [path, ...query] = incoming.url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "").split("?");
  const { method, headersDistinct: headers } = incoming;
  const request = { method, path, query: query.join("?"), headers, body };
  outgoing.sendDate = false;
  const usual = {
    Date: new Date(now()).toUTCString(),
    "X-Request-Id": requestId,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    Server: "ward/2",
    Vary: "Accept-Encoding",
  };
  write(outgoing, usual, judged(request, answer), headers["accept-encoding"] ?? []);
}

function judged(request, answer) {
  try {
    if (request.body === undefined) throw problem(413, "body-too-large", "A body may have one mebibyte.");
    if ((request.headers.host ?? []).length > 1) throw problem(400, "invalid-parameter", "Name one host.");
    return answer(request);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : failed(error);
    const { status, headers, mediaType } = refusal;
    const isProblem = mediaType === "application/problem+json";
    const json = isProblem ? { ...refusal.members, instance: request.path.slice(0, 100) } : refusal.members;
    return { status, headers, mediaType, json };
  }
}

/** A fault of our own: told to whoever runs the server, never to the caller (SEC-5). */
function failed(error) {
  process.stderr.write(`node server: a call failed: ${error.stack}\n`);
  return problem(500, "internal-error", "The service failed.");
}

/** The whole body; undefined where it is too large, null where it did not arrive. */
function bodyOf(incoming) {
  return new Promise((resolve) => {
    const chunks = [];
    let size = 0;
    incoming.on("data", (chunk) => {
      size += chunk.length;
      if (size <= MAX_BODY) chunks.push(chunk);
      if (size > MAX_WAIT) resolve(undefined);
    });
    incoming.on("end", () => resolve(size > MAX_BODY ? undefined : Buffer.concat(chunks)));
    incoming.on("close", () => resolve(null));
  });
}

/** JSON goes out in chunks, compressed for who asks for that; a report in one piece with its length. */
function write(outgoing, usual, { status = 200, headers = {}, mediaType = "application/json", json, body }, accepted) {
  const said = { ...usual, "Content-Type": mediaType, ...headers };
  if (body !== undefined) {
    outgoing.writeHead(status, { ...said, "Content-Length": body.length }).end(body);
  } else if (json === undefined) {
    delete said["Content-Type"];
    outgoing.writeHead(status, said).end();
  } else {
    const text = Buffer.from(JSON.stringify(json).replaceAll("<", "\\u003c")); // read as HTML, it is none (SEC-5)
    const coded = /(^|,)\s*gzip\s*(,|$)/i.test(accepted.join(",")) ? gzipSync(text) : text;
    outgoing.writeHead(status, coded === text ? said : { ...said, "Content-Encoding": "gzip" });
    outgoing.write(coded.subarray(0, 700));
    outgoing.end(coded.subarray(700));
  }
}

const BY_CODE = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What the parser does not take is refused in few words, and the connection closed. */
function refuseWhatIsNotHttp(error, socket) {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status = error.status ?? BY_CODE[error.code] ?? 400;
  const allow = status === 405 ? "Allow: GET, HEAD, OPTIONS\r\n" : "";
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${allow}Content-Length: 0\r\nConnection: close\r\n\r\n`);
}
