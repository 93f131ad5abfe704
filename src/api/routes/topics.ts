// GET, POST and DELETE /v1/topics, GET /v1/topics/known: the tags this node replicates by, and those it could.

import { z } from '@hono/zod-openapi'
import { PAGE_DEFAULT } from '../constants.ts'
import { limit, Offset } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { KnownTopicShape, TopicShape } from '../shapes/topics.ts'

const TopicParams = z.object({ topic: z.string().openapi({ example: 'sqlite' }) })

export const listTopicsRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/topics',
    summary: 'Tags whose messages this node replicates, whoever says them',
    description: 'While the list is empty, and nobody is followed, everything that peers hold is fetched.',
    answer: { status: 200, description: 'Topics, in the order in which they were added', data: z.array(TopicShape) },
    errors: [],
  },
  ({ log }) => ({ data: log.selection.topics.map((topic) => ({ topic })) }),
)

export const addTopicRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/topics/{topic}',
    summary: 'Keeps a topic: messages with this tag are fetched at once',
    description:
      'A topic is a tag. From the first one on, what has none of the topics and is of nobody who is followed is no longer fetched. Adding twice is adding once.',
    params: TopicParams,
    answer: { status: 201, description: 'The topic as it is kept, without space around it', data: TopicShape },
    errors: ['INVALID_TOPIC', 'LOG_SELECTION_FULL', 'STORE_FULL'],
  },
  ({ log }, { params: { topic } }) => ({ data: { topic: log.selection.addTopic(topic) } }),
)

export const removeTopicRoute = defineRoute(
  {
    method: 'delete',
    path: '/v1/topics/{topic}',
    summary: 'Stops asking for a topic; what is held stays',
    description: 'A topic that is not kept is answered with 204 as well.',
    params: TopicParams,
    answer: { status: 204, description: 'The topic is not kept' },
    errors: ['INVALID_TOPIC', 'STORE_FULL'],
  },
  ({ log }, { params: { topic } }) => {
    log.selection.removeTopic(topic)
    return { data: undefined }
  },
)

export const knownTopicsRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/topics/known',
    summary: 'Tags of the messages held here, the most frequent first',
    description: '`subscribed` says which of them this node keeps.',
    query: z.object({ limit: limit(PAGE_DEFAULT), offset: Offset }),
    answer: { status: 200, description: 'Tags and how many messages have each', data: z.array(KnownTopicShape) },
    errors: [],
  },
  async ({ log, projections }, { query }) => {
    const { topics, total } = await projections.topics(query)
    const kept = new Set(log.selection.topics)
    const data = topics.map(({ topic, messages }) => ({ topic, subscribed: kept.has(topic), messages }))
    return { data, metadata: { total, ...query } }
  },
)
