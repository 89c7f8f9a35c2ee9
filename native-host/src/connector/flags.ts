/** The flags of Node that keep a connector small. Decides them by measurement (docs/PERFORMANCE.md). Imports nothing. */

/**
 * Flags for a connector's main module. It copies bytes: compiling hot code gains nothing and costs 5 MB; but types are
 * stripped from sources by WebAssembly, which needs a compiler.
 */
export function connectorFlags(entry: string): readonly string[] {
  const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', '--v8-pool-size=0'];
  return entry.endsWith('.ts') ? flags : [...flags, '--jitless'];
}
