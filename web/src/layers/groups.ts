/** Under which headings the layer panel lists the layers. */

import { app } from '../app/app';
import { statuses } from '../text/labels';

export interface LayerGroup {
  key: string;
  title: string;
  /** Stands at the end of the heading in place of the number of layers. */
  note: string;
  layers: string[];
  /** The run has ended well: layers that it does not have will not come. */
  done: boolean;
  /** The run that opens with the group. */
  job: string | null;
}

/** The comparison comes first, then the chosen run, the others from the newest on, and the input last. */
export function listGroups(): LayerGroup[] {
  return [...listComparison(), ...listRuns(), listInput()];
}

function listComparison(): LayerGroup[] {
  const { collections, comparison, language } = app;
  const id = comparison.current?.id;
  if (!id) return [];
  const layers = collections.list.filter((one) => one.fireplan.job === id).map((one) => one.id);
  return [
    { key: `comparison:${id}`, title: language.text.comparison, note: '', layers, done: true, job: null },
  ];
}

/** Runs without layers are left out, except the chosen one. */
function listRuns(): LayerGroup[] {
  const { collections, language, processes, runs } = app;
  return runs.list
    .map((run) => ({ ...run, settings: processes.describeSettings(run) }))
    .map(({ job, process, status, settings }) => ({
      key: `run:${job}`,
      title: [processes.findTitle(process), settings].filter(Boolean).join(' · '),
      note: status === 'successful' ? `#${runs.findNumber(job)}` : language.translateLabel(statuses[status]),
      layers: collections.list.filter((one) => one.fireplan.job === job).map((one) => one.id),
      done: status === 'successful',
      job,
    }))
    .filter(({ job, layers }) => job === runs.chosenJob || layers.length)
    .reverse()
    .sort((a, b) => Number(b.job === runs.chosenJob) - Number(a.job === runs.chosenJob));
}

function listInput(): LayerGroup {
  const { collections, language } = app;
  const layers = collections.inputs.map((one) => one.id).reverse();
  return { key: 'input', title: language.text.inputs, note: '', layers, done: true, job: null };
}
