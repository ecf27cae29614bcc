"""What OpenAI's own client makes of the service: `openai_client.py BASE_URL QUESTION`. Prints JSON."""
import json
import sys

import openai

base_url, question = sys.argv[1:]
client = openai.OpenAI(base_url=base_url, api_key="none is asked for", max_retries=0)
messages = [{"role": "user", "content": question}]
whole = client.chat.completions.create(model="giaxe-assistant", messages=messages)
stream = client.chat.completions.create(
    model="giaxe-assistant", messages=messages, stream=True, stream_options={"include_usage": True})
chunks = list(stream)
try:
    client.chat.completions.create(model="giaxe-assistant", messages=[])
    refusal = None
except openai.BadRequestError as error:
    refusal = error.body["message"] if isinstance(error.body, dict) else str(error)
print(json.dumps({
    "models": [model.id for model in client.models.list()],
    "whole": whole.choices[0].message.content,
    "finish_reason": whole.choices[0].finish_reason,
    "total_tokens": whole.usage.total_tokens if whole.usage else None,
    "streamed": "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices),
    "stream_finish_reason": [chunk.choices[0].finish_reason for chunk in chunks
                             if chunk.choices and chunk.choices[0].finish_reason],
    "refusal": refusal,
}))
