/** How high rows of trees and tables are: as a pointer or a finger needs it. */

/** In pixels. */
export const ROW_HEIGHT: number = matchMedia('(pointer: coarse)').matches ? 40 : 28;
