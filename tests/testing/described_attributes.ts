/**
 * The attributes that Plex's description names in its answers, as far as clients rely on them, with
 * their types. Where real servers differ, the type is theirs (docs/plex/deviations.md).
 */

/** The type of an attribute, or its possible values. */
export type Kind = "text" | "integer" | "number" | "flag" | "object" | readonly unknown[];

/** Kinds by the path of an attribute; "[]" stands for every entry of a list. */
export type Attributes = Readonly<Record<string, Kind>>;

const SERVER: Attributes = {
  "MediaContainer.friendlyName": "text",
  "MediaContainer.machineIdentifier": "text",
  "MediaContainer.version": "text",
  "MediaContainer.platform": "text",
  "MediaContainer.platformVersion": "text",
  "MediaContainer.myPlexSubscription": "flag",
  "MediaContainer.myPlexMappingState": ["mapped"],
  "MediaContainer.myPlexSigninState": ["ok"],
  "MediaContainer.allowTuners": "flag",
  "MediaContainer.livetv": "integer",
  "MediaContainer.mediaProviders": "flag",
  "MediaContainer.musicAnalysis": "integer",
  "MediaContainer.offlineTranscode": [1],
  "MediaContainer.ownerFeatures": "text",
  "MediaContainer.sync": "flag",
  "MediaContainer.transcoderActiveVideoSessions": "integer",
  "MediaContainer.updatedAt": "integer",
  "MediaContainer.updater": "flag",
};

const SECTION = "MediaContainer.Directory[]";
const ITEM = "MediaContainer.Metadata[]";
const MEDIUM = `${ITEM}.Media[]`;
const STREAM = `${MEDIUM}.Part[].Stream[]`;
const PLAYER = `${ITEM}.Player`;
const JOB = "MediaContainer.TranscodeJob[]";
const RELEASE = "MediaContainer.Release[]";
const DEVICE = "MediaContainer.Dvr[].Device[]";
const SUBSCRIPTION = "MediaContainer.MediaSubscription[]";
const GRAB = `${SUBSCRIPTION}.MediaGrabOperation[]`;
const ACTIVITY = "MediaContainer.Activity[]";
const DIRECTORY = "MediaContainer.MediaProvider[].Feature[].Directory[]";
const TASK = "ButlerTasks.ButlerTask[]";

/** The item and its files, whose ids are of this kind. */
function metadata(ids: Kind): Attributes {
  return {
    [`${ITEM}.type`]: "text",
    [`${ITEM}.key`]: "text",
    [`${ITEM}.title`]: "text",
    [`${ITEM}.duration`]: "integer",
    [`${ITEM}.addedAt`]: "integer",
    [`${ITEM}.updatedAt`]: "integer",
    [`${MEDIUM}.id`]: ids,
    [`${MEDIUM}.bitrate`]: "integer",
    [`${MEDIUM}.width`]: "integer",
    [`${MEDIUM}.container`]: "text",
    [`${MEDIUM}.videoResolution`]: "text",
    [`${MEDIUM}.aspectRatio`]: "text",
    [`${MEDIUM}.hasVoiceActivity`]: "text",
    [`${MEDIUM}.Part[].id`]: ids,
    [`${MEDIUM}.Part[].key`]: "text",
    [`${MEDIUM}.Part[].size`]: "integer",
  };
}

/** The attributes by route; "{film}" stands for the rating key of a film. */
export const ROUTES: Readonly<Record<string, Attributes>> = {
  "/": { ...SERVER, [`${SECTION}.count`]: "integer", [`${SECTION}.key`]: "text" },
  "/identity": {
    "MediaContainer.claimed": "flag",
    "MediaContainer.machineIdentifier": "text",
    "MediaContainer.version": "text",
  },
  "/livetv/dvrs": {
    "MediaContainer.Dvr[].key": "text",
    "MediaContainer.Dvr[].uuid": "text",
    "MediaContainer.Dvr[].language": "text",
    "MediaContainer.Dvr[].lineup": "text",
    [`${DEVICE}.key`]: "text",
    [`${DEVICE}.uuid`]: "text",
    [`${DEVICE}.uri`]: "text",
    [`${DEVICE}.protocol`]: ["livetv"],
    [`${DEVICE}.lastSeenAt`]: "integer",
    [`${DEVICE}.make`]: "text",
    [`${DEVICE}.model`]: "text",
    [`${DEVICE}.sources`]: "text",
    [`${DEVICE}.state`]: "text",
    [`${DEVICE}.status`]: "text",
    [`${DEVICE}.tuners`]: "text",
  },
  "/media/subscriptions?includeGrabs=1": {
    [`${SUBSCRIPTION}.key`]: "text",
    [`${SUBSCRIPTION}.type`]: "integer",
    [`${SUBSCRIPTION}.targetLibrarySectionID`]: "integer",
    [`${SUBSCRIPTION}.title`]: "text",
    [`${GRAB}.mediaSubscriptionID`]: "integer",
    [`${GRAB}.mediaIndex`]: "integer",
    [`${GRAB}.id`]: "text",
    [`${GRAB}.key`]: "text",
    [`${GRAB}.grabberIdentifier`]: "text",
    [`${GRAB}.grabberProtocol`]: "text",
    [`${GRAB}.percent`]: "number",
    [`${GRAB}.currentSize`]: "integer",
    [`${GRAB}.status`]: ["scheduled", "inprogress"],
    [`${GRAB}.provider`]: "text",
    [`${GRAB}.Metadata`]: "object",
  },
  "/activities": {
    [`${ACTIVITY}.uuid`]: "text",
    [`${ACTIVITY}.type`]: "text",
    [`${ACTIVITY}.cancellable`]: "flag",
    [`${ACTIVITY}.userID`]: "integer",
    [`${ACTIVITY}.title`]: "text",
    [`${ACTIVITY}.subtitle`]: "text",
    [`${ACTIVITY}.progress`]: "number",
    [`${ACTIVITY}.Context`]: "object",
  },
  "/butler": {
    [`${TASK}.name`]: "text",
    [`${TASK}.interval`]: "integer",
    [`${TASK}.scheduleRandomized`]: "flag",
    [`${TASK}.enabled`]: "flag",
  },
  "/library/sections/all": {
    [`${SECTION}.key`]: "text",
    [`${SECTION}.type`]: "text",
    [`${SECTION}.title`]: "text",
    [`${SECTION}.agent`]: "text",
    [`${SECTION}.refreshing`]: "flag",
    [`${SECTION}.scannedAt`]: "integer",
    [`${SECTION}.contentChangedAt`]: "integer",
    [`${SECTION}.hidden`]: [0, 1, 2],
    [`${SECTION}.Location[].id`]: "integer",
    [`${SECTION}.Location[].path`]: "text",
  },
  "/library/sections/1/all?type=1": {
    ...metadata("integer"),
    [`${ITEM}.ratingKey`]: "text",
    [`${ITEM}.year`]: "integer",
    [`${ITEM}.Image[].type`]: ["coverPoster", "background"],
    [`${ITEM}.Genre[].tag`]: "text",
  },
  "/library/metadata/{film}": {
    ...metadata("integer"),
    [`${STREAM}.id`]: "integer",
    [`${STREAM}.streamType`]: "integer",
    [`${STREAM}.codec`]: "text",
    [`${STREAM}.canAutoSync`]: "text",
    [`${STREAM}.frameRate`]: "number",
  },
  "/media/providers?includeStorage=1": {
    ...SERVER,
    "MediaContainer.MediaProvider[].identifier": "text",
    "MediaContainer.MediaProvider[].title": "text",
    "MediaContainer.MediaProvider[].types": "text",
    "MediaContainer.MediaProvider[].protocols": "text",
    [`${DIRECTORY}.title`]: "text",
    [`${DIRECTORY}.hubKey`]: "text",
    [`${DIRECTORY}.Pivot[].key`]: "text",
    [`${DIRECTORY}.storageTotal`]: "integer",
  },
  "/livetv/sessions": {
    [`${ITEM}.type`]: "text",
    [`${ITEM}.key`]: "text",
    [`${MEDIUM}.id`]: "integer",
    [`${MEDIUM}.Part[].id`]: "integer",
    [`${STREAM}.id`]: "integer",
    [`${MEDIUM}.TranscodeSession`]: "object",
  },
  "/status/sessions": {
    ...metadata("text"),
    [`${STREAM}.id`]: "text",
    [`${ITEM}.User.id`]: "text",
    [`${ITEM}.User.title`]: "text",
    [`${PLAYER}.address`]: "text",
    [`${PLAYER}.machineIdentifier`]: "text",
    [`${PLAYER}.state`]: ["playing", "paused", "buffering"],
    [`${PLAYER}.local`]: "flag",
    [`${PLAYER}.relayed`]: "flag",
    [`${PLAYER}.secure`]: "flag",
    [`${PLAYER}.userID`]: "integer",
    [`${ITEM}.Session.id`]: "text",
    [`${ITEM}.Session.bandwidth`]: "integer",
    [`${ITEM}.Session.location`]: ["lan", "wan", "cellular"],
    [`${ITEM}.TranscodeSession.progress`]: "number",
    [`${ITEM}.TranscodeSession.size`]: "integer",
    [`${ITEM}.TranscodeSession.speed`]: "number",
    [`${ITEM}.TranscodeSession.complete`]: "flag",
    [`${ITEM}.TranscodeSession.duration`]: "integer",
  },
  "/status/sessions/background": {
    [`${JOB}.generatorID`]: "integer",
    [`${JOB}.type`]: ["transcode"],
    [`${JOB}.key`]: "text",
    [`${JOB}.progress`]: "number",
    [`${JOB}.speed`]: "number",
    [`${JOB}.remaining`]: "integer",
    [`${JOB}.size`]: "integer",
    [`${JOB}.title`]: "text",
    [`${JOB}.thumb`]: "text",
    [`${JOB}.ratingKey`]: "text",
    [`${JOB}.targetTagID`]: "integer",
  },
  "/status/sessions/history/all?X-Plex-Container-Start=0&X-Plex-Container-Size=200": {
    "MediaContainer.size": "integer",
    "MediaContainer.totalSize": "integer",
    "MediaContainer.offset": "integer",
    [`${ITEM}.historyKey`]: "text",
    [`${ITEM}.ratingKey`]: "text",
    [`${ITEM}.librarySectionID`]: "text",
    [`${ITEM}.originallyAvailableAt`]: "text",
    [`${ITEM}.viewedAt`]: "integer",
    [`${ITEM}.accountID`]: "integer",
    [`${ITEM}.deviceID`]: "integer",
  },
  "/updater/status": {
    "MediaContainer.autoUpdateVersion": "integer",
    "MediaContainer.canInstall": "flag",
    "MediaContainer.checkedAt": "integer",
    "MediaContainer.downloadURL": "text",
    "MediaContainer.status": "integer",
    [`${RELEASE}.key`]: "text",
    [`${RELEASE}.version`]: "text",
    [`${RELEASE}.state`]: ["downloading"],
  },
};
