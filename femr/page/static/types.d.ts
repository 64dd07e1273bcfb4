// What the scripts find around them. For the type checker only: the page never serves this file.

// --- what Gradio hands to the script of one component (`js_on_load`), which runs as a function's body ---

/** The component's own element. */
declare const element: HTMLElement;

/** The component's properties, as they are named in Python. */
declare const props: Record<string, unknown>;

/** Sets off one of the component's events; its listener in Python finds `detail` in the event's data. */
declare function trigger(event: string, detail?: object): void;

/** Calls back after the server has changed one of the properties. */
declare function watch(props: string | string[], callback: () => void): void;

/** Sends a file to the server. */
declare function upload(file: File): Promise<{ path: string; url: string }>;

// --- what is hung on the window ---

type StorageName = "localStorage" | "sessionStorage";

/** What the page's scripts offer each other and Gradio's events. */
interface Femr {
  // visit.js
  arrive(controls: unknown[]): unknown[];
  /** The answer to the last event has come, or will not. */
  answered(): void;
  /** Sets off an event once the ones before it are answered, or have taken longer than so many milliseconds. */
  inTurn(act: () => void, most?: number): void;
  keep(visit: string): void;
  /** The visitor chose a language. */
  choose(lang: string): void;
  /** Which one the page speaks. */
  language(): string;
  returning(): boolean;
  /** The answer to a photo is on the page; given by photos.js. */
  read(): void;
  /** A photo was not read; given by photos.js. */
  unread(): void;
  /** What is kept as JSON, or `usual`. */
  stored<T>(where: StorageName, key: string, usual: T): T;
  /** Keeps it as JSON, or nothing (null); gives whether the browser does. */
  store(where: StorageName, key: string, value: unknown): boolean;
  /** A name as it is compared: small letters and digits, parted by spaces. */
  plain(text: string): string;
  // page.js
  /** Saves something as a file of that name. */
  download(name: string, file: Blob): void;
  // groups.js
  /** A square of so many pixels around a face, whose box is in shares of its picture; `around` of its size on each side. */
  cut(
    picture: HTMLImageElement | HTMLCanvasElement,
    box: [number, number, number, number],
    shown: { side: number; around: number; mirrored?: boolean },
  ): HTMLCanvasElement;
  // taste.js
  /** What the visitor likes, as JSON. */
  taste(): string;
  /** A song was heard. */
  heard(key: string): void;
  // sources/
  /** By name; each module adds its own. */
  sources: Record<string, FemrSource>;
  sound: { play(address: string, listener: FemrListener): Promise<void>; toggle(): void; stop(): void };
  // player.js
  /** A text of the bar's. */
  word(key: string): string;
  /** The songs that are shown. */
  songs(): FemrSong[];
  // remote.js
  /** Offers an event of Gradio's by name. */
  remote(name: string, send: (detail: object) => void): void;
  /** Sets that event off. */
  call(name: string, detail?: object): void;
  /** Has something told that goes along with events: now, whenever it changes, and after each answer. */
  along(tell: () => void): void;
  tellAlong(): void;
  // profile.js
  profile: {
    /** The profile as JSON, while there is one and it is used. */
    text(): string;
    /** Learns from lessons and photos beside those that are kept, or from them alone (`anew`). */
    teach(what: { lessons?: Lesson[]; photos?: object[]; anew?: boolean }): Promise<TaughtAnswer>;
    /** Learns anew, as a correction of the visitor's own face was added, or was taken back. */
    relearn(added: boolean): Promise<void>;
    /** Does so where the page was left before it was done. */
    catchUp(): void;
    answered(answer: string): void;
    lost(): void;
  };
  // camera.js
  camera: {
    /** The camera, or the key of the sentence that says why there is none. */
    open(): Promise<{ camera?: MediaStream; problem?: string }>;
    /** A frame as a JPEG, drawn on `canvas` on the way. */
    frame(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<Blob | null>;
    /** What the server sees in a frame: whose mood counts, and which face is read with the profile. */
    ask(
      id: string | undefined,
      body: Blob | null,
      who?: { face?: string | null; mine?: string | null },
    ): Promise<{ status: number; answer: LiveAnswer | null }>;
  };
  // photos.js
  /** Sends a photo as it would be for the stage; gives its path on the server. */
  send(file: File): Promise<string>;
  // intake.js
  intake: {
    /** From now on, files go to `read`. */
    open(read: (files: File[]) => void): void;
    isOpen(): boolean;
    /** Whether films are read here. */
    offersFilms(): boolean;
  };
  // shell.js
  shell: { show(lang: string): void; finish(): void };
  // stage.js
  /** Songs for another mood are on their way. */
  look(): void;
  /** Other songs are on their way. */
  busy(): void;
  /** Whether the visitor keeps the songs that are there, whatever the camera sees. */
  keepsSongs(): boolean;
  /** Whether the server is there. */
  reaches(): Promise<boolean>;
  /** Whether the server has a photo to answer for. */
  isReading(): boolean;
  /** Copies a text; rejects where the browser does not let it. */
  copy(text: string): Promise<void>;
  /** The list's one stop for Tab: where it is, and the focus with it. */
  songList: { keepStop(): void; focus(): void };
  /** An answer has come. */
  settle(): void;
  /** No answer has come. */
  lost(): void;
  /** Back to the beginning. */
  greet(): void;
  /** Says something for a moment, to be seen or only heard. */
  tell(text: string, seen?: boolean): void;
  // sheets.js
  sheets: {
    open(id: string, by: HTMLElement): void;
    closeAll(): void;
    /** Whether a sheet, a menu or a dialog lies over the page: keys are for that then. */
    isOpen(): boolean;
  };
  // corrections.js
  corrections: {
    all(): FemrCorrection[];
    /** Those of the visitor's own face. */
    own(): FemrCorrection[];
    forget(at: number): void;
    /** From now on, none is of the visitor's own face. */
    disown(): void;
  };
  // diary.js
  diary: {
    read(): Diary;
    turn(on: boolean): void;
    /** All that this browser keeps of ours beyond a tab's life, by key, but for the diary. */
    others(): Record<string, unknown>;
    /** All that this browser and this tab keep of ours. */
    forget(): void;
    weeks(notes: DiaryNote[]): DiaryWeek[];
    weekOf(at: number, back?: number): string[];
    /** The emotions among notes. */
    moods(notes: DiaryNote[]): string[];
    csv(notes: DiaryNote[]): string;
    added(notes: DiaryNote[], note: DiaryNote): DiaryNote[];
    full(notes: DiaryNote[]): boolean;
    /** Whether the browser kept what was noted last. */
    room(): boolean;
  };
  // controls.js
  controls: Record<"one" | "many" | "slider" | "toggle" | "file", FemrControl>;
}

declare const femr: Femr;

// --- the player and its sources ---

/** A song as a card tells it; what is unknown is empty. */
interface FemrSong {
  key: string;
  title: string;
  artist: string;
  spotify: string;
  youtube: string;
  /** The name of a visitor's own file. */
  file: string;
}

/** Somebody who may play a song. */
interface FemrSource {
  /** As it is called everywhere; empty for the visitor's own files. */
  name: string;
  /** Whether its frame has to be seen. */
  opens?: boolean;
  /** Whether it may have the song, without asking anybody. */
  has(song: FemrSong): boolean;
  /**
   * Plays a song in place of any before. Fulfils once the source has answered.
   * Rejects with "missing" where it does not have the song, "busy" where it was asked too often, or "silent".
   */
  play(song: FemrSong, slot: HTMLElement, listener: FemrListener): Promise<void>;
  /** Plays on, or pauses. */
  toggle(): void;
  /** Ends, and tells its listener no more. */
  stop(): void;
}

/** What a source tells of the song that it plays. */
interface FemrListener {
  at(playback: FemrPlayback): void;
  ended(): void;
  /** It cannot play the song after all. */
  failed(): void;
}

interface FemrPlayback {
  paused: boolean;
  /** How much of it is over, 0 to 1, where that is known. */
  share?: number;
}

/** What Apple finds, as far as it is used. */
interface AppleResult {
  artistName: string;
  trackName: string;
  previewUrl: string;
  artworkUrl100: string;
  trackViewUrl: string;
}

/** Pictures of the greeting, as `data:` URIs. */
declare const femrPictures: Record<string, string>;

interface Window {
  femr: Femr;

  /** Spotify's script calls it once it has come. */
  onSpotifyIframeApiReady(api: SpotifyIframeApi): void;
}

/** Makes a control of a component's element. */
type FemrControl = (component: {
  element: HTMLElement;
  props: FemrProps;
  trigger: typeof trigger;
  watch: typeof watch;
  upload: typeof upload;
}) => void;

/** What a control is told; each kind knows its own. */
interface FemrProps {
  value: unknown;
  caption: string;
  /** What a person reads, and the value. */
  choices: [string, string][];
  /** A small picture for each choice, as HTML of ours. */
  faces?: string[];
  minimum: number;
  maximum: number;
}

/** Chromium's own, not in TypeScript's library. */
interface Document {
  featurePolicy?: { allowsFeature(feature: string): boolean };
}

// --- a photo on its way: photos.js ---

interface PhotoRun {
  /** What was brought; one of the page's own pictures has none. */
  file?: Blob;
  example?: { index: number; name: string };
  /** Whether it is a film. */
  film?: boolean;
  name: string;
  /** Whether it is the first of several that came at once. */
  several: boolean;
  /** By which the server's answer is known. */
  token: string;
  state: "sending" | "looking" | "read" | "faceless" | "failed";
  /** The sentence that is shown, or what the server told, in each language. */
  say: string | null;
  detail?: Record<string, string>;
  request?: XMLHttpRequest;
  /** How much of it has been sent. */
  percent?: number;
  /** The address of what is shown. */
  picture?: string;
  /** Asks the server for it, while it waits for the answer to the one before. */
  ask?: () => void;
  /** In which language the server was asked. */
  lang?: string;
  timer?: number;
}

// --- Spotify's iFrame API, as far as it is used: https://developer.spotify.com/documentation/embeds/references/iframe-api ---

interface SpotifyIframeApi {
  /** Puts a frame in the place of `place`. */
  createController(
    place: HTMLElement,
    options: { uri: string; width?: number | string; height?: number | string },
    callback: (controller: SpotifyController) => void,
  ): void;
}

interface SpotifyController {
  addListener(event: "ready", callback: () => void): void;
  addListener(event: "playback_update", callback: (update: { data: SpotifyPlayback }) => void): void;
  loadUri(uri: string): void;
  play(): void;
  togglePlay(): void;
  destroy(): void;
}

/** Where a song is, in milliseconds. */
interface SpotifyPlayback {
  playingURI?: string;
  isPaused: boolean;
  position: number;
  duration: number;
}

// --- a card for a story, and what is kept for when there is no net: femr/page/views/sharing.py, `story` ---

interface Story {
  /** What the music is for; see `Subject`. */
  kind: "face" | "meant" | "everyone" | "picked" | "live" | "film" | "link";
  emotion: string;
  /** Whether the last photo was one of the page's own. */
  example: boolean;
  /** Whether the emotion is more than hard to tell. */
  clear: boolean;
  heading: string;
  mood: string;
  colour: string;
  /** Strongest first; empty where no face was read. */
  bars: { name: string; colour: string; share: number; percent: string }[];
  songs: { title: string; artist: string; year: number | null; initials: string; colours: [string, string] }[];
  /** The query of a link; empty where it cannot be shared. */
  link: string;
  /** Left, top, width and height of the face, as shares of the photo. */
  box: [number, number, number, number] | null;
}

interface KeptSongs {
  /** Milliseconds since 1970. */
  when: number;
  songs: { title: string; artist: string; year: number | null }[];
}

// --- what this browser keeps: corrections.js under "femr-corrections", diary.js under "femr-diary" ---

/** What a face was meant to show. */
interface FemrCorrection {
  /** Milliseconds since 1970; in files, ISO 8601. */
  at: number;
  /** What it was meant to show, by its English name. */
  emotion: string;
  /** The six that were read, 0 to 1, in the order of the emotions. */
  shares: number[];
  /** The identity of the network that read them. */
  network: string;
  /** Whether it is the visitor's own face, so that their profile learns from it. */
  mine?: boolean;
}

interface DiaryNote {
  /** Milliseconds since 1970; in files, ISO 8601. */
  at: number;
  kind: "mood" | "song" | "heart";
  /** Of a mood: what it is, by its English name, and what it comes from, as in `Story`. */
  emotion?: string;
  how?: string;
  /** Of a song that was heard or liked. */
  title?: string;
  artist?: string;
  song?: string;
}

interface Diary {
  on: boolean;
  /** The oldest first. */
  notes: DiaryNote[];
}

/** Days are local, as 2026-11-28; the latest first. */
interface DiaryWeek {
  monday: string;
  days: DiaryDay[];
}

interface DiaryDay {
  day: string;
  /** The latest first. */
  notes: DiaryNote[];
  /** What came most often. */
  mood: string | null;
}

// --- what the server answers to a live frame: femr/page/live_route.py, `as_answer` ---

interface LiveAnswer {
  faces: LiveFace[];
  /** The number of the face whose mood counts. */
  chosen: number | null;
  /** All faces taken as one, where the visitor asked for it; `closeness` tells how far apart several are. */
  everyone: (LiveReading & { closeness: string | null }) | null;
  /** The mood that holds: which one it is since the start (`times`), its emotion, and its shares. */
  settled: { times: number; emotion: string | null; shares: number[] };
}

interface LiveReading {
  emotion: string;
  /** 0 to 1, in the order of the emotions. */
  shares: number[];
  /** Why the reading may be doubtful: keys of sentences. */
  hints: string[];
}

interface LiveFace extends LiveReading {
  /** What the network alone reads in this frame, as `shares`. */
  plain: number[];
  number: number;
  /** Left, top, width and height, as shares of the frame. */
  box: [number, number, number, number];
}

// --- what live.js keeps of a stream that goes on; all times are `performance.now()` ---

interface LiveRun {
  id: string | undefined;
  camera?: MediaStream;
  /** Of the next tick. */
  timer?: number;
  /** When the last frame left. */
  sent: number;
  /** Frames on their way. */
  flying: number;
  /** Frames answered. */
  answered: number;
  /** When the newest frame that has been answered was taken. */
  last: number;
  /** When the server answered last. */
  spoke: number;
  /** When the face that counts was last in sight. */
  saw?: number;
  /** When several faces were last in sight. */
  several?: number;
  /** The closeness that is said, and since when. */
  closeness?: string | null;
  compared?: number;
  /** Of the chart; without shares where there was no face. */
  points: { at: number; shares: number[] | null }[];
}

// --- what femr learns of a face: profile.js, game.js, femr/page/teaching.py ---

interface Lesson {
  /** What the face was meant to show. */
  emotion: string;
  /** The network's own, 0 to 1, in the order of the emotions. */
  shares: number[];
  /** The same for those that were taken one right after the other; empty for the others. */
  sitting: string;
}

interface KeptProfile {
  on: boolean;
  /** As `Profile.to_value` gives it. */
  profile: { network: string } | null;
  lessons: Lesson[];
  /** Whether it has to be learnt anew: what was corrected has changed. */
  due?: boolean;
}

interface TaughtAnswer {
  token: string;
  profile?: { network: string };
  lessons?: Lesson[];
  /** How many of the latest corrections were left out, as the profile would not be used with them. */
  left_out?: number;
  /** The server did not answer. */
  lost?: boolean;
}

interface GameSample {
  /** When the frame was taken. */
  at: number;
  faces: LiveFace[];
  picture: HTMLCanvasElement;
}

interface GameShot {
  emotion: string;
  shares: number[];
  points: number;
  /** The face, in the browser alone. */
  picture: HTMLCanvasElement;
}

interface GameRun {
  /** Of the stream of frames. */
  id?: string;
  camera?: MediaStream;
  sitting: string;
  /** Emotions that are still to be made. */
  wanted: string[];
  shots: GameShot[];
  samples: GameSample[];
  /** Which face is being made; another, or none, once that has changed. */
  turn?: object;
  /** When the server answered last. */
  heard: number;
  /** Whether the lessons take the place of those that are kept. */
  anew: boolean;
}

interface GamePhoto {
  file: File;
  /** What it shows; empty until the visitor has said so. */
  emotion: string;
  row: HTMLElement;
}
