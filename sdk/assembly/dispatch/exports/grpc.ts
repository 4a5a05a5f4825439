// What gRPC calls and streams bring (abi.md 7.5, E.1): always on the plugin, whoever asked.

import { beginAt } from "../../context/current";
import { Phase, phase } from "../../context/phase";
import {
  receiveClose,
  receiveInitialMetadata,
  receiveMessage,
  receiveTrailingMetadata,
} from "../../grpc/answer";
import { leave } from "../leave";

export function proxy_on_grpc_receive_initial_metadata(id: u32, token: u32, count: u32): void {
  if (isInsideCallback()) return;
  beginAt(id, Phase.GrpcReceive);
  receiveInitialMetadata(token);
  leave();
}

export function proxy_on_grpc_receive(id: u32, token: u32, size: u32): void {
  if (isInsideCallback()) return;
  beginAt(id, Phase.GrpcReceive);
  receiveMessage(token);
  leave();
}

export function proxy_on_grpc_receive_trailing_metadata(id: u32, token: u32, count: u32): void {
  if (isInsideCallback()) return;
  beginAt(id, Phase.GrpcReceive);
  receiveTrailingMetadata(token);
  leave();
}

export function proxy_on_grpc_close(id: u32, token: u32, status: u32): void {
  if (isInsideCallback()) return;
  beginAt(id, Phase.GrpcReceive);
  receiveClose(token, status);
  leave();
}

/**
 * Whether another callback is running. To a cluster without hosts Envoy fails a stream inside the call that opens it, and calls back there, for a
 * token that nobody has yet; only the close comes later. The callback around it must not notice: nothing may be taken for ended.
 */
function isInsideCallback(): bool {
  return phase != Phase.None;
}
