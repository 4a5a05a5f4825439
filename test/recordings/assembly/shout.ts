// Adds a mark to whatever the client of a connection sends.
import { NetworkAction, NetworkFilter, registerNetworkFilter, StreamData } from "as-proxy-wasm-sdk";

class Shout extends NetworkFilter {
  onDownstreamData(data: StreamData, endOfStream: bool): NetworkAction {
    data.append(Uint8Array.wrap(String.UTF8.encode("!")));
    return NetworkAction.Continue;
  }
}

registerNetworkFilter<Shout>("shout");
