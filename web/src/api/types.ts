/**
 * What the server answers, as types. Every other file takes them from here, so that they can be generated from the
 * server's own description without a change elsewhere.
 */

export type * from './types/areas';
export type * from './types/basics';
export type * from './types/collections';
export type * from './types/comparisons';
export type * from './types/findings';
export type * from './types/processes';
export type * from './types/runs';
export type * from './types/scenarios';
export type * from './types/styles';
