/** What is open in the layer tree; the panel keeps it while the tree is hidden. */

import { app } from '../app/app';
import { openRun } from '../runs/openRun';
import { listGroups, type LayerGroup } from './groups';

export class TreeState {
  readonly groups = $derived(listGroups());
  /** The item that had the focus last; the tab key comes back to it. */
  focused = $state('');
  readonly reachable = $derived(this.focused || this.groups[0]?.key || '');
  private closedGroups = $state<Record<string, boolean>>({});
  private openLayers = $state<Record<string, boolean>>({});

  /** Groups of other runs than the chosen one start closed. */
  isGroupOpen({ key, job }: LayerGroup): boolean {
    return !(this.closedGroups[key] ?? (job !== null && job !== app.runs.chosenJob));
  }

  isLayerOpen(id: string): boolean {
    return this.openLayers[id] ?? false;
  }

  /** The key is that of a group or of a layer. To open the group of another run is to choose that run. */
  setOpen(key: string, open: boolean): void {
    const group = this.groups.find((one) => one.key === key);
    if (!group) this.openLayers[key] = open;
    else if (open && group.job && group.job !== app.runs.chosenJob) {
      this.closedGroups[key] = false;
      void openRun(group.job);
    } else this.closedGroups[key] = !open;
  }
}
