// Shows the API's own description. Calls made here carry the token that is typed in under "Authorize".
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, tryItOutEnabled: true, validatorUrl: null });
