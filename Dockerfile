# The image of workers on a service that runs Beam jobs in containers. docs/dataflow.md says how it is used.
#   docker build --target cpu -t REGISTRY/spatialreward:cpu .
#   docker build --target gpu -t REGISTRY/spatialreward:gpu .

# Beam's boot program, of the version in requirements.lock, starts the worker in the container.
FROM apache/beam_python3.11_sdk:2.77.0 AS beam

FROM python:3.11-slim-bookworm AS wheel
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY transforms transforms
COPY pipeline pipeline
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11-slim-bookworm AS cpu
COPY requirements.lock /opt/requirements.lock
COPY --from=wheel /wheels /opt/wheels
RUN pip install --no-cache-dir --constraint /opt/requirements.lock "$(ls /opt/wheels/*.whl)[dataflow]"
COPY --from=beam /opt/apache/beam /opt/apache/beam
# The job runs in this environment; boot would otherwise make another one on top of it for every worker process.
ENV RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT=1 OMP_NUM_THREADS=1
ENTRYPOINT ["/opt/apache/beam/boot"]

# Torch's packages bring CUDA; the service installs the driver and mounts it at /usr/local/nvidia.
FROM cpu AS gpu
RUN pip install --no-cache-dir --constraint /opt/requirements.lock "$(ls /opt/wheels/*.whl)[dataflow,sam]"
ENV LD_LIBRARY_PATH=/usr/local/nvidia/lib64 PATH=$PATH:/usr/local/nvidia/bin
