/** What the build puts into the sources. */

/** The family of browsers that is built for. */
declare const __TARGET__: 'chrome' | 'firefox';
