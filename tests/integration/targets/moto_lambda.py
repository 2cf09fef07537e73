# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS Lambda and IAM as moto plays them, with signatures checked: moto_lambda.py ANSWER. Prints its port, the id and the
secret of a key that may invoke the function `score`, which gives the answer, and ends with its input."""
import io
import json
import logging
import os
import sys
import urllib.request
import zipfile

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "5"  # those of setting up, below

import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"


def tell(path, body):
    request = urllib.request.Request(endpoint + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request).close()


def client(name):
    return boto3.client(name, region_name="eu-west-1", endpoint_url=endpoint, aws_access_key_id="setup",
                        aws_secret_access_key="setup")


tell("/moto-api/config", {"lambda": {"use_docker": False}})
iam = client("iam")
role = iam.create_role(RoleName="function", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
iam.create_user(UserName="weir")
iam.put_user_policy(UserName="weir", PolicyName="invoke", PolicyDocument=json.dumps({
    "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "lambda:Invoke*", "Resource": "*"}]}))
key = iam.create_access_key(UserName="weir")["AccessKey"]
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("score.py", "def handler(event, context): return event")
client("lambda").create_function(FunctionName="score", Runtime="python3.11", Role=role, Handler="score.handler",
                                 Code={"ZipFile": code.getvalue()})
tell("/moto-api/static/lambda-simple/response", {"results": [sys.argv[1]] * 100, "region": "eu-west-1"})
print(port, key["AccessKeyId"], key["SecretAccessKey"], flush=True)
sys.stdin.read()
