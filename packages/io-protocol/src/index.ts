/** Frames between host and daemon: see docs/IO-PROTOCOL.md. */
export { type ConnectOptions, type PipeClient, connect } from './connect.ts';
export { FrameError, type FrameErrorCode } from './frame-error.ts';
export { type PipeServer, type ServedPlane, type ServeOptions, serve } from './serve.ts';
