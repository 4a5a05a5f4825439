// Asks two services about every request: authn over HTTP, then quota over gRPC. Its configuration goes onto every response.
import {
  Configuration,
  GrpcCallHandler,
  GrpcResponse,
  GrpcService,
  Headers,
  HeadersAction,
  HttpCallHandler,
  HttpFilter,
  HttpRequest,
  HttpResponse,
  log,
  Plugin,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";

class Settings extends Plugin {
  mode: string = "";

  onConfigure(configuration: Configuration): bool {
    this.mode = configuration.text();
    return this.mode != "refused";
  }
}

class Asking extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (!HttpRequest.get("authn", headers.get(":path")!).timeout(2000).send(this, new Allowed())) {
      this.sendLocalReply(503, "no authn");
    }
    return HeadersAction.StopAllIterationAndWatermark;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.set("x-mode", this.plugin<Settings>().mode);
    return HeadersAction.Continue;
  }
}

class Allowed extends HttpCallHandler<Asking> {
  onResponse(asking: Asking, response: HttpResponse): void {
    log.info(`authn ${response.status} ${response.body.text()}`);
    if (!response.ok) {
      asking.sendLocalReply(403, response.body.text());
      return;
    }
    const quota = new GrpcService("quota", "demo.Quota").timeout(2000);
    if (quota.call(asking, "Take", new Uint8Array(0), new Taken()) === null) asking.sendLocalReply(503, "no quota");
  }
}

class Taken extends GrpcCallHandler<Asking> {
  onResponse(asking: Asking, response: GrpcResponse): void {
    log.info(`quota ${response.status} ${response.message} ${response.body.length}`);
    if (response.ok) asking.resumeRequest();
    else asking.sendLocalReply(429, response.message);
  }
}

registerHttpFilter<Asking, Settings>("asking");
