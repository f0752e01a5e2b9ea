# The harness in a container: for macOS and Windows, for servers, and for Gradescope.
#
#   docker build -t autograder .
#   docker run --rm -v "$PWD:/work" autograder grade submission.py --assignment line_fit
#
# compose.yaml shortens these lines. docs/operators.md describes the targets: `autograder`, the default; `gradescope`,
# with a bundle in it; and `checks`, with the tests and the attacks.
ARG BASE=debian:12-slim

# The packages, 1.5 GB: this layer stays until a version changes.
FROM $BASE AS environment
WORKDIR /autograder/source
COPY setup.sh ./
COPY requirements requirements
RUN ./setup.sh && rm -rf /var/lib/apt/lists/* /root/.cache

FROM environment AS gradescope
ARG BUNDLE=autograder.zip
COPY $BUNDLE /tmp/bundle.zip
RUN .venv/bin/python -m zipfile -e /tmp/bundle.zip . && rm /tmp/bundle.zip \
    && chmod +x setup.sh run_autograder && cp run_autograder .. && ./setup.sh

FROM environment AS autograder
RUN useradd --create-home --uid 1000 grader \
    && mkdir .cache /work && chown grader: . /work && chown -R grader: requirements .cache
COPY --chown=1000:1000 LICENSE run_autograder ./
COPY --chown=1000:1000 fixtures fixtures
COPY --chown=1000:1000 reference_solution reference_solution
COPY --chown=1000:1000 student_template student_template
COPY --chown=1000:1000 autograder autograder
# It closes the folders to submissions here, since a container may run with a read-only root.
RUN ./setup.sh
USER grader
WORKDIR /work
ENTRYPOINT ["/autograder/source/run_autograder"]

FROM autograder AS checks
USER root
WORKDIR /autograder/source
RUN ./setup.sh --dev && rm -rf /root/.cache
COPY --chown=1000:1000 . .
RUN ./setup.sh --dev
USER grader

# The last one is the default.
FROM autograder
