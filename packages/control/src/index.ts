/** The control protocol: what front ends and the service say to each other. */
export type { ByteChannel, ByteHandlers, MessageChannel, MessageHandlers } from './channel.ts';
export { framed } from './channel.ts';
export {
  connectControl,
  type CallOptions,
  type CancelSignal,
  type ClientOptions,
  type ControlClient,
} from './client.ts';
export { ControlError } from './control-error.ts';
export { formatSize, formatSpan } from './format.ts';
export { encodeFrame, FrameDecoder, type Frame } from './frames.ts';
export * from './limits.ts';
export { type Goals, type Place, type TorrentKey } from './schema/base.ts';
export {
  COMMANDS,
  isCommand,
  type CommandName,
  type ControlSource,
  type FileChoice,
  type Params,
  type PreviewView,
  type Result,
} from './schema/commands.ts';
export { filesOfRun, runsOf } from './file-runs.ts';
export type { FileRow, FileRun, LogEntry, PaneName, Panes, Period, RateHistory } from './schema/details.ts';
export { ERROR_CODES, type ErrorCode, type ErrorData, type ErrorShape } from './schema/errors.ts';
export {
  eventSchema,
  type ControlEvent,
  type DetailEvent,
  type ListEvent,
  type NoticeEvent,
  type NoticeKind,
} from './schema/events.ts';
export type { TorrentRow, TorrentRowPatch, Totals } from './schema/rows.ts';
export * from './schema/setting-specs.ts';
export { settingsPatch, settingsSchema } from './schema/settings.ts';
export { errorSentence, failureTitle, moveProblem, noticeSentence, trackerSentence } from './sentences.ts';
export {
  serveControl,
  isErrorCode,
  type CallContext,
  type ControlConnection,
  type Handlers,
  type ServeOptions,
} from './server.ts';
export { DetailFeed, type DetailSource } from './detail-feed.ts';
export { ListFeed, type ListSource } from './list-feed.ts';
export { ListView } from './list-view.ts';
export { firstThatFit } from './packing.ts';
