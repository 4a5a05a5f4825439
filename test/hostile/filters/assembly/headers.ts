import { Headers, HeadersAction, HttpFilter, registerHttpFilter, TrailersAction } from "as-proxy-wasm-sdk";

/** Copies values from field to field, in both directions, and says what it saw. */
class CopyHeaders extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    copy(headers);
    return HeadersAction.Continue;
  }

  onRequestTrailers(trailers: Headers): TrailersAction {
    copy(trailers);
    return TrailersAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    copy(headers);
    return HeadersAction.Continue;
  }

  onResponseTrailers(trailers: Headers): TrailersAction {
    copy(trailers);
    return TrailersAction.Continue;
  }
}

function copy(headers: Headers): void {
  // One value, read and written.
  const value = headers.get("x-in");
  if (value !== null) headers.set("x-out", value);
  headers.set("x-saw", value === null ? "absent" : value.length == 0 ? "empty" : "present");

  // All values of a name.
  const values = headers.getAll("x-many");
  if (values.length > 0) headers.set("x-many-count", values.length.toString());

  // All fields, looked at; those that ask for it are copied.
  const fields = headers.fields();
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i].startsWith("x-each-")) headers.add("x-copy-" + fields[i].slice(7), fields[i + 1]);
  }
}

registerHttpFilter<CopyHeaders>("headers");
