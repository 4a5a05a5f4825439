/** Envoy's response flags (`StreamInfo::CoreResponseFlag`), the bits of the property `response.flags` (abi.md F.1, F.10). */
export const ResponseFlag = {
  NoHealthyUpstream: 0x2,
  UpstreamRequestTimeout: 0x4,
  UpstreamRemoteReset: 0x10,
  UpstreamConnectionFailure: 0x20,
  UpstreamConnectionTermination: 0x40,
  NoRouteFound: 0x100,
  DownstreamConnectionTermination: 0x4000,
  StreamIdleTimeout: 0x1_0000,
  DownstreamProtocolError: 0x4_0000,
  UpstreamProtocolError: 0x80_0000,
  DownstreamRemoteReset: 0x1000_0000,
} as const;
