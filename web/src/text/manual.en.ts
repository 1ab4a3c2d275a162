/** The part of the manual that people wrote, in English. */

import type { ManualText } from './manual.zh';

export const manualEn: ManualText = {
  intro: [
    'This service reads the roads, fire stations, villages and buildings of a county and answers the questions of a fire special plan under national standards and local rules. Every figure can be traced to data, parameters and clauses.',
    'It opens on the overview: key figures and doubts of every question, what is missing, what to do next. The name of a question opens its findings; “New run” asks it again with other parameters.',
  ],
  firstSteps: [
    {
      who: 'Planning bureau',
      steps: [
        'See in the overview which layers are missing; open “Data quality”, go through the cases, print the report.',
        'Choose the local rules above the findings: the question is asked again and the differences are listed.',
        'Open “New run”, change the response time under the common settings, and look at “Compare”.',
        'To trace a figure, open “Basis” below it: rows, clauses, parameters and digests of the inputs.',
      ],
    },
    {
      who: 'Forestry',
      steps: [
        'Open “Forest firebreaks” and read the share of protected edges and the length of gaps.',
        'The first row of the table of gaps is the most urgent one; the map moves there.',
        'Print the field sheet from the card of the gap.',
      ],
    },
    {
      who: 'Fire brigade',
      steps: [
        'Make a scenario, add a station on the map, drag it, undo it.',
        'After each edit, what is gained and lost stands at the right; “Side by side” shows the area as it is, and “Swipe” both on one map with a border to drag.',
        'Ask for station sites with a budget; stop when it takes too long; take up a plan as a scenario.',
        'Click a village to see why it is late: the slowest leg, the bridge that stops a truck.',
        'Send the address of the page: a colleague sees the same run, scenario, comparison and place.',
      ],
    },
  ],
  reading: [
    'Certain, expected and possible are computed at low, base and high speeds: what is certain holds in heavy traffic, too.',
    'Undetermined means that the data does not say: it counts neither as met nor as broken.',
    'Unverified means that the clause of a figure has not been looked up yet.',
    'Areas have the colours of their legend; what is worst is dashed or crossed as well.',
  ],
  questions: {
    access: {
      computes: [
        'Every segment of road is held against width, height, load and gradient of each class of vehicle: it passes, is blocked, or is undetermined. An estimate never blocks.',
        'From the stations, the largest vehicle that gets to each village is found: certainly over segments that pass, possibly over undetermined ones.',
        'What blocks is opened as cheaply as possible; under a budget, the best set of works is found and proven.',
        'Every road is closed in thought, to see who is cut off.',
      ],
      reads: [
        'Villages are coloured by the largest vehicle that certainly gets there.',
        'The opening of a road can be made a scenario at once.',
      ],
      blind: ['Segments are judged whole; bends at junctions are not known.', 'Costs leave out land.'],
    },
    brigades: {
      computes: [
        'The facts of each town are held against the conditions in three-valued logic.',
        'A list that a government adopted decides before the facts.',
        'Present stations are held against the tier; when others come from elsewhere is told by coverage.',
      ],
      reads: [
        'The fill is the tier, a red dashed edge a missing brigade.',
        'Near misses are towns that a small change would move.',
      ],
      blind: ['The split of level 1 and 2 is unverified.', 'The centre of a town stands for the town.'],
    },
    coverage: {
      computes: [
        'Each station sends one crew in its own vehicle after its own turnout, at low, base and high speeds.',
        'Arrival = turnout + driving + access from the road; roads are split at the metre where the time runs out.',
        'Villages, hazards, crowded places and key units are told one by one.',
        'A random sample is computed again by a second implementation; a contradiction fails the run.',
      ],
      reads: [
        'The bar shows certain, expected and possible shares.',
        'Roads are the truth, time bands a view of them.',
      ],
      blind: [
        'Speeds are defaults.',
        'Crews are taken to be at home.',
        'Access from the road is a straight line.',
      ],
    },
    firebreaks: {
      computes: [
        'Forest edges that face a settlement over open land are found, and the zone is measured inward from them.',
        'An edge is protected where its shortest way across the zone crosses a barrier wide enough.',
        'Barriers divide the forest into cells; the cheapest closing lines are searched.',
        'What the notices ask of towns and ranges is checked item by item.',
      ],
      reads: [
        'Edges are protected or open; gaps are ranked and have field sheets.',
        'Densities are in m/hm².',
      ],
      blind: [
        'Terrain does not block the view.',
        'Widths required are unverified.',
        'Whether posts are manned is not known.',
      ],
    },
    hydrants: {
      computes: [
        'Segments are chained into streets; every hydrant gets chainage, side and kerb distance.',
        'A gap is more than the spacing between working hydrants along the road.',
        'Hose is laid along streets, never across water, railways, walls or motorways.',
        'The fewest new positions that close all gaps are found and put into phases.',
      ],
      reads: [
        'Roads are within the spacing, gaps, or undetermined.',
        'Hydrants of unknown state count as not working; the other end of the range supposes that they work.',
      ],
      blind: ['Mains are not in the data.', 'New positions know of no pipes or trees.'],
    },
    obligations: {
      computes: [
        'Every obligation of the notices is held against each unit by layers, tables or the form.',
        'Overdue is judged by the day of assessment, never by the clock.',
      ],
      reads: ['Towns are coloured by how much is met.', 'Not reported means that nobody filled in the form.'],
      blind: ['A “should” that is not met breaks nothing.', 'Checks belong to the town of their middle.'],
    },
    programme: {
      computes: [
        'Projects of all questions are put into one list; for each budget, the set worth most is chosen, with a bound.',
        'Later budgets hold the earlier ones; what the notices oblige stands apart.',
      ],
      reads: ['Projects are coloured by stage.', 'Worth is people times weight.'],
      blind: ['Unit costs are defaults without land.', 'Opened roads change no response time here.'],
    },
    progress: {
      computes: [
        'Projects are counted by year and progress.',
        'Coverage is computed before the plan, now, and as planned.',
      ],
      reads: ['Projects are coloured by progress.'],
      blind: ['Only stations move the coverage.'],
    },
    siting: {
      computes: [
        'Candidate plots and places along main roads are held against the clauses on sites.',
        'The best plan on exact network times is found with a bound that no plan beats.',
        'The plan is computed anew by coverage; a difference fails the run.',
      ],
      reads: [
        'The curve shows what each station more brings.',
        'The answer on optimality says why not fewer.',
      ],
      blind: ['Places along roads are no plots.', 'Wind, floods and land prices are not known.'],
    },
    water: {
      computes: [
        'Each source is looked at from the road: distance, lift, all year, volume; nothing is drawn at a bridge.',
        'Villages have hydrants, water at hand, a relay, or a shuttle: trucks times tank by round.',
        'Where too many trucks would be needed, a pool or an intake is asked for.',
      ],
      reads: [
        'Sources are usable, undetermined or unusable, with the reason.',
        'Villages are coloured by their supply.',
      ],
      blind: ['Depth, flow and ice are not in the data.', 'Elevation models do not see quay walls.'],
    },
  },
};
