export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  BufferTypeValues,
  Context,
  FilterDataStatusValues,
  FilterHeadersStatusValues,
  get_buffer_bytes,
  registerRootContext,
  RootContext,
  send_http_response,
  set_buffer_bytes,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";
import { JSON } from "assemblyscript-json/assembly";

class MarkFilteredRoot extends RootContext {
  createContext(id: u32): Context {
    return new MarkFiltered(id, this);
  }
}

class MarkFiltered extends Context {
  onRequestHeaders(count: u32, endOfStream: bool): FilterHeadersStatusValues {
    stream_context.headers.request.remove("content-length");
    return FilterHeadersStatusValues.Continue;
  }

  onRequestBody(size: usize, endOfStream: bool): FilterDataStatusValues {
    if (!endOfStream) return FilterDataStatusValues.StopIterationAndBuffer;
    const body = get_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, <u32>size);
    // The library aborts on what is not JSON.
    const json = JSON.parse(Uint8Array.wrap(body));
    if (!json.isObj) {
      send_http_response(400, "", String.UTF8.encode("the body is no JSON object\n"), []);
      return FilterDataStatusValues.StopIterationNoBuffer;
    }
    const object = <JSON.Obj>json;
    object.set("filtered", true);
    set_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, <u32>size, String.UTF8.encode(object.stringify()));
    return FilterDataStatusValues.Continue;
  }
}

registerRootContext((id: u32) => new MarkFilteredRoot(id), "bench");
