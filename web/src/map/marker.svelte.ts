/** A place that somebody marked on the map, with a note. It lives in the address, so that it is sent along with that. */

import type { Marker } from '../app/hash';

export class PlaceMarker {
  chosen = $state.raw<Marker | null>(null);
}
