/** What the service of many areas answers, under the names that the page uses. */

import type { components } from '../api/projects.gen';

type Schemas = components['schemas'];

export type Draft = Schemas['DraftDescription'];
export type DraftSummary = Schemas['DraftSummary'];
export type FolderListing = Schemas['FolderListing'];
export type MappedColumn = Schemas['MappedColumn'];
export type Preview = Schemas['PreviewDescription'];
export type Project = Schemas['ProjectDescription'];
export type ProjectList = Schemas['ProjectList'];
export type Question = Schemas['QuestionDescription'];
export type Source = Schemas['SourceDescription'];
export type TaskProgress = Schemas['TaskProgress'];
export type Thumbnail = Schemas['Thumbnail'];

/** Lines of longitude and latitude; a place is a line of one vertex. */
export type SketchLines = Preview['lines'];
